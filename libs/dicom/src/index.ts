export { Association, openAssociation } from './association/association.js';
export type { AcceptedContext, Peer, RequestedContext, Timers } from './association/peer.js';
export { echo, find } from './client.js';
export { DatasetError, type DatasetErrorKind } from './dataset/dataset-error.js';
export { Dataset, type Element } from './dataset/dataset.js';
export { part10Head, readPart10, type FileMeta, type Part10, type Part10Options } from './dataset/part10.js';
export { readDataset, type ReadOptions } from './dataset/read-dataset.js';
export { Tag, tagText, vrOf, type TagName } from './dataset/tags.js';
export { cleanText, cutToVr } from './dataset/text.js';
export type { VR } from './dataset/vr.js';
export { writeDataset, type Attributes, type AttributeValue } from './dataset/write-dataset.js';
export { ECHO_CONTEXT, type EchoOptions } from './dimse/echo.js';
export { FIND_CONTEXT, type FindQuery } from './dimse/find.js';
export { Status } from './dimse/status.js';
export type { FailureKind, PeerFailure, Result } from './peer-failure.js';
export { isUid, SopClass, TransferSyntax } from './uids.js';
export { buildKos, type KosOptions } from './kos/build-kos.js';
export { chooseCharset, type KosCharset } from './kos/choose-charset.js';
export {
  seriesRetrieveUrl,
  type KosIdentifier,
  type KosInput,
  type KosInstance,
  type KosOrder,
  type KosPatient,
  type KosSeries,
  type KosStudy,
} from './kos/kos-input.js';
export { readKos, type Kos, type KosReadSeries, type KosResult } from './kos/read-kos.js';
export { referenceType, type ReferenceType } from './kos/sop-classes.js';
export { newUid } from './kos/uid.js';
