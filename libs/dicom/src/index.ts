export { Association, openAssociation } from './association/association.js';
export type { AcceptedContext, Peer, RequestedContext, Timers } from './association/peer.js';
export { echo, find } from './client.js';
export { DatasetError, type DatasetErrorKind } from './dataset/dataset-error.js';
export { Dataset, type Element } from './dataset/dataset.js';
export {
  openPart10,
  part10Head,
  readPart10,
  type FileMeta,
  type Part10,
  type Part10Options,
} from './dataset/part10.js';
export { HeadReader, type HeadOptions } from './dataset/head-reader.js';
export { readDataset, type ReadOptions } from './dataset/read-dataset.js';
export { Tag, tagText, vrOf, type TagName } from './dataset/tags.js';
export { cleanText, cutToVr } from './dataset/text.js';
export type { VR } from './dataset/vr.js';
export { writeDataset, type Attributes, type AttributeValue } from './dataset/write-dataset.js';
export { ECHO_CONTEXT, type EchoOptions } from './dimse/echo.js';
export { FIND_CONTEXT, type FindQuery } from './dimse/find.js';
export { getContexts, MOVE_CONTEXT } from './dimse/run-retrieve.js';
export type { MoveQuery, RetrieveAnswer, RetrieveQuery, SubOperations } from './dimse/retrieve.js';
export { Status } from './dimse/status.js';
export type { StoreAnswer, StoreObject } from './dimse/store.js';
export { STORAGE_SOP_CLASSES, type StorageKind, type StorageSopClass } from './dictionary/storage-sop-classes.js';
export { TRANSFER_SYNTAXES, transferSyntaxInfo, type TransferSyntaxInfo } from './dictionary/transfer-syntaxes.js';
export { type DicomListener, listenDicom } from './scp/listen.js';
export type {
  Admission,
  AdmissionRefusal,
  RejectionReason,
  ScpCaller,
  ScpEvent,
  ScpLimits,
  ScpOptions,
  ScpTimers,
} from './scp/scp-options.js';
export type { StoreAssociation, StoreHandler, StoreRequest, StoreSink } from './scp/store-handler.js';
export type { FailureKind, PeerFailure, Result } from './peer-failure.js';
export { isUid, SopClass, TransferSyntax } from './uids.js';
export { buildKos, type KosOptions } from './kos/build-kos.js';
export { chooseCharset, type KosCharset } from './kos/choose-charset.js';
export {
  seriesRetrieveUrl,
  type KosIdentifier,
  type KosInput,
  type KosInstance,
  type KosKeyObject,
  type KosOrder,
  type KosPatient,
  type KosSeries,
  type KosStudy,
} from './kos/kos-input.js';
export { readKeyObject, type KeyObject, type KeyObjectResult } from './kos/read-key-object.js';
export { readKos, type Kos, type KosReadSeries, type KosResult } from './kos/read-kos.js';
export { referenceType, type ReferenceType } from './kos/sop-classes.js';
export { newUid } from './kos/uid.js';
export { parseAccept, type AcceptError, type AcceptResult, type MediaRange } from './web/accept.js';
export { capabilitiesWadl, type WebCapabilities, type WebResource } from './web/capabilities.js';
export { chooseSyntax, type ChoiceOptions, type SyntaxChoice } from './web/choose-syntax.js';
export type { Ins } from './web/ins.js';
export { jsonModel, type JsonAttribute, type JsonDataset, type JsonOptions } from './web/json-model.js';
export { dicomPartType, multipartPayload, MultipartWriter, type Part, type PartHead } from './web/multipart.js';
export { InsSplicer, type SpliceOptions } from './web/splice-ins.js';
export { ANY_SYNTAX, frameMediaType, frameWishes, instanceWishes, takesDicomJson, type Wish } from './web/wishes.js';
export { ByteReader } from './convert/byte-reader.js';
export { headOf } from './convert/head-of.js';
export { dictionaryVr } from './convert/data-dictionary.js';
export { editHead, type HeadEdit } from './convert/edit-head.js';
export { elementHead, itemHead, sequenceDelimiter } from './convert/element-bytes.js';
export { describeImage, nativeFrameBytes, type ImageDescription } from './convert/image-description.js';
export {
  findPixelData,
  PIXEL_GROUP,
  readFrames,
  type FrameOptions,
  type PixelDataStart,
} from './convert/pixel-data.js';
export { toExplicit, type ToExplicitOptions } from './convert/to-explicit.js';
export { DicomDirectory } from './media/dicomdir.js';
export type { DirectoryFile } from './media/directory-record.js';
