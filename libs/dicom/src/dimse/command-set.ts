import { DatasetError } from '../dataset/dataset-error.js';
import type { Dataset } from '../dataset/dataset.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { TransferSyntax } from '../uids.js';

/** Command field values (PS3.7 Table E.1-1); a response has the high bit set. */
export const CommandField = {
  StoreRequest: 0x0001,
  GetRequest: 0x0010,
  FindRequest: 0x0020,
  MoveRequest: 0x0021,
  EchoRequest: 0x0030,
  CancelRequest: 0x0fff,
  StoreResponse: 0x8001,
  GetResponse: 0x8010,
  FindResponse: 0x8020,
  MoveResponse: 0x8021,
  EchoResponse: 0x8030,
} as const;

/** Every request of DIMSE, N-services included (PS3.7 Table E.1-1); C-CANCEL has no response and is none of them. */
const REQUESTS: ReadonlySet<number> = new Set([
  0x0001, 0x0010, 0x0020, 0x0021, 0x0030, 0x0100, 0x0110, 0x0120, 0x0130, 0x0140, 0x0150,
]);

export const isRequest = (field: number): boolean => REQUESTS.has(field);

/** Longest command set accepted: the real ones are under 1 KiB. */
export const MAX_COMMAND_LENGTH = 16_384;

const NO_DATASET = 0x0101;
const WITH_DATASET = 0x0001;

/** A decoded command set (PS3.7 §6.3.1); `elements` holds what the service in question needs beside. */
export interface Command {
  readonly field: number;
  readonly messageId: number | undefined;
  readonly respondedTo: number | undefined;
  readonly status: number | undefined;
  readonly hasDataset: boolean;
  readonly elements: Dataset;
}

/** Encodes a command set with its group length: implicit little endian whatever the context (PS3.7 §6.3.1). */
export function encodeCommand(attributes: Attributes, hasDataset: boolean): Buffer {
  const type = { [Tag.CommandDataSetType]: hasDataset ? WITH_DATASET : NO_DATASET };
  const body = writeDataset({ ...attributes, ...type }, TransferSyntax.ImplicitLittleEndian);
  const length = writeDataset({ [Tag.CommandGroupLength]: body.length }, TransferSyntax.ImplicitLittleEndian);
  return Buffer.concat([length, body]);
}

/** Throws DatasetError when the bytes are no command set. */
export function decodeCommand(bytes: Buffer): Command {
  const elements = readDataset(bytes, {
    transferSyntax: TransferSyntax.ImplicitLittleEndian,
    maxBytes: MAX_COMMAND_LENGTH,
    maxDepth: 0,
    maxElements: 64,
  });
  const field = elements.getInt(Tag.CommandField);
  const type = elements.getInt(Tag.CommandDataSetType);
  if (field === undefined) throw new DatasetError('malformed', 'no command field', Tag.CommandField);
  if (type === undefined) throw new DatasetError('malformed', 'no data set type', Tag.CommandDataSetType);
  return {
    field,
    messageId: elements.getInt(Tag.MessageID),
    respondedTo: elements.getInt(Tag.MessageIDBeingRespondedTo),
    status: elements.getInt(Tag.Status),
    hasDataset: type !== NO_DATASET,
    elements,
  };
}
