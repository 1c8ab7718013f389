import { type Charset, charsetOf } from './charset.js';
import { Tag } from './tags.js';
import { VRS, type VR } from './vr.js';

/** One data element as read: raw bytes, or the items of a sequence. */
export interface Element {
  readonly tag: number;
  readonly vr: VR;
  readonly bytes?: Buffer;
  readonly items?: readonly Dataset[];
}

const DEFAULT_REPERTOIRE = charsetOf([]);

/**
 * A data set as read from a file or a peer. Values are kept as bytes and decoded when asked, text by the data set's own
 * (0008,0005), or else by that of the data set around it (PS3.3 §C.12.1.1.2).
 */
export class Dataset {
  private readonly byTag = new Map<number, Element>();
  private ownCharset: Charset | undefined;

  constructor(
    readonly bigEndian: boolean,
    private readonly parent?: Dataset,
  ) {}

  /** @internal The reader's way in. */
  add(element: Element): void {
    this.byTag.set(element.tag, element);
  }

  /** @internal Set by the reader when it meets (0008,0005), or to the charset assumed when there is none. */
  useCharset(charset: Charset): void {
    this.ownCharset = charset;
  }

  has(tag: number): boolean {
    return this.byTag.has(tag);
  }

  /** Number of elements at this level. */
  get size(): number {
    return this.byTag.size;
  }

  /** Elements in the order they were read. */
  elements(): IterableIterator<Element> {
    return this.byTag.values();
  }

  /** Raw value bytes as encoded, undefined when absent or a sequence. */
  getBytes(tag: number): Buffer | undefined {
    return this.byTag.get(tag)?.bytes;
  }

  /** Items of a sequence; empty when absent. */
  getItems(tag: number): readonly Dataset[] {
    return this.byTag.get(tag)?.items ?? [];
  }

  /** First value as text without its padding; undefined when absent or empty. */
  getString(tag: number): string | undefined {
    return this.getStrings(tag)[0] || undefined;
  }

  /** Every value as text (binary numbers too); empty when the element is absent or empty. */
  getStrings(tag: number): readonly string[] {
    const element = this.byTag.get(tag);
    if (!element?.bytes || element.bytes.length === 0) return [];
    const rule = VRS[element.vr];
    if (!rule.text && element.vr !== 'UN') return this.numbers(element).map(String);
    const text = this.decode(element, element.bytes).replace(/[\0 ]+$/, '');
    return rule.single ? [text] : text.split('\\').map((value) => value.replace(/^ +|[\0 ]+$/g, ''));
  }

  /** First value as an integer (IS, US, SS, UL, SL); undefined when absent, empty or no integer. */
  getInt(tag: number): number | undefined {
    const value = this.getString(tag);
    return value !== undefined && /^[+-]?\d{1,12}$/.test(value) ? Number(value) : undefined;
  }

  private get charset(): Charset {
    return this.ownCharset ?? this.parent?.charset ?? DEFAULT_REPERTOIRE;
  }

  private decode(element: Element, bytes: Buffer): string {
    // (0008,0005) itself and the ASCII VRs never depend on the character set.
    const ascii = VRS[element.vr].text === 'ascii' || element.tag === Tag.SpecificCharacterSet;
    return (ascii ? DEFAULT_REPERTOIRE : this.charset).decode(bytes, element.vr);
  }

  private numbers({ vr, bytes }: Element): readonly number[] {
    const read = bytes && numberReader(vr, bytes, this.bigEndian);
    if (!read) return [];
    return Array.from({ length: Math.floor(bytes.length / read.size) }, (_, i) => read.at(i * read.size));
  }
}

interface NumberReader {
  readonly size: number;
  readonly at: (offset: number) => number;
}

function numberReader(vr: VR, bytes: Buffer, bigEndian: boolean): NumberReader | undefined {
  switch (vr) {
    case 'US':
      return { size: 2, at: (o) => (bigEndian ? bytes.readUInt16BE(o) : bytes.readUInt16LE(o)) };
    case 'SS':
      return { size: 2, at: (o) => (bigEndian ? bytes.readInt16BE(o) : bytes.readInt16LE(o)) };
    case 'UL':
      return { size: 4, at: (o) => (bigEndian ? bytes.readUInt32BE(o) : bytes.readUInt32LE(o)) };
    case 'SL':
      return { size: 4, at: (o) => (bigEndian ? bytes.readInt32BE(o) : bytes.readInt32LE(o)) };
    case 'FL':
      return { size: 4, at: (o) => (bigEndian ? bytes.readFloatBE(o) : bytes.readFloatLE(o)) };
    case 'FD':
      return { size: 8, at: (o) => (bigEndian ? bytes.readDoubleBE(o) : bytes.readDoubleLE(o)) };
    default:
      return undefined;
  }
}
