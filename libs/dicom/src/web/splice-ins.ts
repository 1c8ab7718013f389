import { DatasetError } from '../dataset/dataset-error.js';
import type { Dataset } from '../dataset/dataset.js';
import { HeadScanner } from '../dataset/head-scanner.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Encoding, encodingOf, IMPLICIT_LITTLE } from '../dataset/transfer-syntax.js';
import { isUid, TransferSyntax } from '../uids.js';
import { ByteStore } from './byte-store.js';
import { elementHead, encodeItem, readU32, writeU32 } from './encode-text-element.js';
import { type Ins, insItem } from './ins.js';

export interface SpliceOptions {
  /** Syntax of the bytes: any but a deflated one, which has to be inflated first. */
  readonly transferSyntax: string;
  readonly ins: Ins;
  /** Longest head (everything up to (0010,1002) included); a longer one is a DatasetError `limit`. Default 4 MiB. */
  readonly maxHeadBytes?: number;
}

const MAX_HEAD = 4 * 1024 * 1024;
/** Retired, but some archives keep them: a length that spans what is put in grows with it. */
const LENGTH_TO_END = 0x00080001;
const PATIENT_GROUP_LENGTH = 0x00100000;
const UNDEFINED_LENGTH = 0xffffffff;
const SEQUENCE_DELIMITER = 8;

/**
 * Puts an INS into Other Patient IDs Sequence as the bytes of a data set go by (DSR-IMG DB.SO.39). An item is added after those
 * that the PACS has; a sequence that holds this INS already, and every other byte, stay as they are. Only the bytes below the
 * first tag above (0010,1002) are held back; pixels pass by reference. Throws DatasetError `malformed`, `limit`, `syntax`.
 */
export class InsSplicer {
  private readonly encoding: Encoding;
  private readonly scanner: HeadScanner;
  private readonly maxBytes: number;
  private held: ByteStore | undefined = new ByteStore();

  constructor(private readonly options: SpliceOptions) {
    this.encoding = encodingOf(options.transferSyntax);
    if (this.encoding.deflated) throw new DatasetError('syntax', 'inflate it first');
    if (!isUid(options.ins.oid) || !/^[0-9A-Z]{1,64}$/.test(options.ins.value)) throw new RangeError('no INS');
    this.maxBytes = options.maxHeadBytes ?? MAX_HEAD;
    this.scanner = new HeadScanner(this.encoding, {
      untilTag: Tag.OtherPatientIDsSequence + 1,
      maxBytes: this.maxBytes,
    });
  }

  /** Bytes that may go on: none while the head is held back, then the head with its INS, then each chunk itself. */
  push(chunk: Buffer): readonly Buffer[] {
    if (!this.held) return [chunk];
    this.held.append(chunk);
    if (!this.scanner.scan(this.held.bytes)) return [];
    return this.release(this.held.bytes);
  }

  /** The data set ended. What is still held back was all of it. */
  finish(): readonly Buffer[] {
    if (!this.held) return [];
    const { bytes } = this.held;
    if (!this.scanner.whole || this.scanner.at !== bytes.length)
      throw new DatasetError('malformed', 'data set cut off');
    return this.release(bytes);
  }

  private release(bytes: Buffer): readonly Buffer[] {
    const end = this.scanner.at;
    this.held = undefined;
    const start = this.elementStart(bytes, Tag.OtherPatientIDsSequence);
    const existing = bytes.subarray(start, end);
    const sequence = existing.length === 0 ? this.newSequence() : this.withItem(existing);
    const head = Buffer.from(bytes.subarray(0, start));
    const added = sequence.length - existing.length;
    this.grow(head, LENGTH_TO_END, added);
    this.grow(head, PATIENT_GROUP_LENGTH, added);
    return [head, sequence, bytes.subarray(end)].filter((part) => part.length > 0);
  }

  /** Offset of the first element with this tag or a higher one. */
  private elementStart(bytes: Buffer, tag: number): number {
    const scanner = new HeadScanner(this.encoding, { untilTag: tag, maxBytes: this.maxBytes });
    return scanner.scan(bytes) ? scanner.at : bytes.length;
  }

  /** Adds to the UL value of `tag`, when the head has one. */
  private grow(head: Buffer, tag: number, by: number): void {
    const [start, end] = [this.elementStart(head, tag), this.elementStart(head, tag + 1)];
    if (end - start !== 12) return;
    writeU32(head, start + 8, readU32(head, start + 8, this.encoding) + by, this.encoding);
  }

  private newSequence(): Buffer {
    const body = encodeItem(insItem(this.options.ins), this.encoding);
    return Buffer.concat([elementHead(Tag.OtherPatientIDsSequence, 'SQ', body.length, this.encoding), body]);
  }

  private withItem(sequence: Buffer): Buffer {
    const { encoding, options } = this;
    const vr = encoding.explicitVr ? sequence.toString('latin1', 4, 6) : 'SQ';
    if (vr !== 'SQ' && vr !== 'UN') throw new DatasetError('malformed', 'no sequence', Tag.OtherPatientIDsSequence);
    const headSize = encoding.explicitVr ? 12 : 8;
    const length = readU32(sequence, headSize - 4, encoding);
    const body = sequence.subarray(headSize);
    // A sequence under UN holds implicit little endian (PS3.5 §6.2.2 note 6).
    const inside = vr === 'UN' ? IMPLICIT_LITTLE : encoding;
    const syntax = vr === 'UN' ? TransferSyntax.ImplicitLittleEndian : options.transferSyntax;
    const plain = Buffer.concat([elementHead(Tag.OtherPatientIDsSequence, 'SQ', length, inside), body]);
    // Read apart from the rest: no other text of the data set is ever decoded on this way.
    const read = readDataset(plain, { transferSyntax: syntax, unknownCharset: 'replace' });
    if (read.getItems(Tag.OtherPatientIDsSequence).some((item) => holds(item, options.ins))) return sequence;

    const added = encodeItem(insItem(options.ins), inside);
    const head = Buffer.from(sequence.subarray(0, headSize));
    const endOfItems = length === UNDEFINED_LENGTH ? body.length - SEQUENCE_DELIMITER : body.length;
    if (length !== UNDEFINED_LENGTH) writeU32(head, headSize - 4, length + added.length, encoding);
    return Buffer.concat([head, body.subarray(0, endOfItems), added, body.subarray(endOfItems)]);
  }
}

const holds = (item: Dataset, { value, oid }: Ins): boolean =>
  item.getString(Tag.PatientID) === value &&
  item
    .getItems(Tag.IssuerOfPatientIDQualifiersSequence)
    .some((qualifiers) => qualifiers.getString(Tag.UniversalEntityID) === oid);
