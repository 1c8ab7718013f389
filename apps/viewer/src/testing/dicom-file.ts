/**
 * Reads the DICOM files of the tests for the image API double: explicit VR little endian, or encapsulated. It shares no
 * code with the product.
 */
export interface DicomFile {
  readonly transferSyntax: string;
  readonly json: Record<string, JsonElement>;
  readonly frames: readonly Buffer[];
}

interface JsonElement {
  vr: string;
  Value?: unknown[];
  InlineBinary?: string;
}

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);
const UNDEFINED = 0xffffffff;
const PIXELS = '7FE00010';

export function readFile(file: Buffer): DicomFile {
  const meta = new Reader(file, 132);
  const head: Record<string, JsonElement> = {};
  while (meta.at < file.length && file.readUInt16LE(meta.at) === 2) meta.element(head);
  const transferSyntax = (head['00020010']?.Value as string[] | undefined)?.[0] ?? '';
  const json: Record<string, JsonElement> = {};
  const reader = new Reader(file, meta.at);
  while (reader.at < file.length) reader.element(json);
  delete json[PIXELS];
  return { transferSyntax, json, frames: reader.fragments ?? split(json, reader.pixels) };
}

function split(json: Record<string, JsonElement>, pixels: Buffer | undefined): Buffer[] {
  if (!pixels) return [];
  const value = (tag: string): number => Number(json[tag]?.Value?.[0] ?? 1);
  const frames = value('00280008') || 1;
  const size = (value('00280010') * value('00280011') * value('00280002') * value('00280100')) / 8;
  return Array.from({ length: frames }, (_, frame) => pixels.subarray(frame * size, (frame + 1) * size));
}

class Reader {
  pixels: Buffer | undefined;
  fragments: Buffer[] | undefined;
  private utf8 = false;

  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  element(into: Record<string, JsonElement>): void {
    const { bytes } = this;
    const tag = hex(bytes.readUInt16LE(this.at)) + hex(bytes.readUInt16LE(this.at + 2));
    const vr = bytes.toString('latin1', this.at + 4, this.at + 6);
    const long = LONG.has(vr);
    const length = long ? bytes.readUInt32LE(this.at + 8) : bytes.readUInt16LE(this.at + 6);
    this.at += long ? 12 : 8;
    if (vr === 'SQ') {
      into[tag] = { vr, Value: this.items(length) };
      return;
    }
    if (length === UNDEFINED) {
      this.fragments = this.encapsulated();
      return;
    }
    const value = bytes.subarray(this.at, this.at + length);
    this.at += length;
    if (tag === PIXELS) this.pixels = value;
    else into[tag] = this.value(tag, vr, value);
  }

  private items(length: number): unknown[] {
    const items: unknown[] = [];
    const end = length === UNDEFINED ? Infinity : this.at + length;
    while (this.at < end) {
      const tag = this.bytes.readUInt32BE(this.at);
      const size = this.bytes.readUInt32LE(this.at + 4);
      this.at += 8;
      if (tag === 0xfeffdde0) break;
      const item: Record<string, JsonElement> = {};
      const itemEnd = size === UNDEFINED ? Infinity : this.at + size;
      while (this.at < itemEnd) {
        if (this.bytes.readUInt32BE(this.at) === 0xfeff0de0) {
          this.at += 8;
          break;
        }
        this.element(item);
      }
      items.push(item);
    }
    return items;
  }

  /** One fragment a frame: what dcmtk writes. */
  private encapsulated(): Buffer[] {
    const all: Buffer[] = [];
    for (;;) {
      const tag = this.bytes.readUInt32BE(this.at);
      const size = this.bytes.readUInt32LE(this.at + 4);
      this.at += 8;
      if (tag === 0xfeffdde0) return all.slice(1);
      all.push(this.bytes.subarray(this.at, this.at + size));
      this.at += size;
    }
  }

  private value(tag: string, vr: string, bytes: Buffer): JsonElement {
    const numbers = (size: number, read: (at: number) => number): JsonElement => ({
      vr,
      Value: Array.from({ length: bytes.length / size }, (_, index) => read(index * size)),
    });
    switch (vr) {
      case 'US':
        return numbers(2, (at) => bytes.readUInt16LE(at));
      case 'SS':
        return numbers(2, (at) => bytes.readInt16LE(at));
      case 'UL':
        return numbers(4, (at) => bytes.readUInt32LE(at));
      case 'OB':
      case 'OW':
      case 'UN':
        return { vr, InlineBinary: bytes.toString('base64') };
      case 'AT':
        return { vr, Value: [] };
      default:
        return this.text(tag, vr, bytes);
    }
  }

  private text(tag: string, vr: string, bytes: Buffer): JsonElement {
    const text = bytes.toString(this.utf8 ? 'utf8' : 'latin1').replace(/[\0 ]+$/, '');
    if (tag === '00080005') this.utf8 = text.includes('192');
    if (text === '') return { vr };
    const values = ['LT', 'ST', 'UT'].includes(vr) ? [text] : text.split('\\').map((value) => value.trim());
    if (vr === 'PN') return { vr, Value: values.map((name) => ({ Alphabetic: name })) };
    if (vr === 'DS' || vr === 'IS') return { vr, Value: values.map(Number) };
    return { vr, Value: values };
  }
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');
