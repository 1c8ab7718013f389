import { decodeLatin1, decoderFor } from './text-decoders.js';
import type { VR } from './vr.js';

/** A coded character set that an escape sequence designates (PS3.3 Table C.12-3 and C.12-4). */
export interface CodeSet {
  readonly area: 'G0' | 'G1';
  /** Bytes per character in G0; two-byte G0 sets hide `\`, `^` and `=` inside characters. */
  readonly wide?: true;
  readonly decode: (run: Buffer) => string;
}

const highHalf = (label: string): CodeSet => ({ area: 'G1', decode: decoderFor(label) });
const raised = (run: Buffer): Buffer => Buffer.from(run.map((byte) => byte | 0x80));
const eucJp = decoderFor('euc-jp');

const ASCII: CodeSet = { area: 'G0', decode: decodeLatin1 };
const JIS_X_0201_KATAKANA = highHalf('shift_jis');
const JIS_X_0208: CodeSet = { area: 'G0', wide: true, decode: (run) => eucJp(raised(run)) };
/** EUC-JP reaches JIS X 0212 by a 0x8F before each pair. */
const JIS_X_0212: CodeSet = {
  area: 'G0',
  wide: true,
  decode: (run) =>
    eucJp(Buffer.from(Array.from(raised(run)).flatMap((byte, i) => (i % 2 === 0 ? [0x8f, byte] : [byte])))),
};

/** What follows ESC → the set it designates; Latin-1 needs its own decoder, see text-decoders. */
const ESCAPES: ReadonlyMap<string, CodeSet> = new Map([
  ['(B', ASCII],
  ['(J', ASCII], // JIS X 0201 romaji: ASCII but for the yen sign and the overline
  [')I', JIS_X_0201_KATAKANA],
  ['-A', { area: 'G1', decode: decodeLatin1 }],
  ['-B', highHalf('iso-8859-2')],
  ['-C', highHalf('iso-8859-3')],
  ['-D', highHalf('iso-8859-4')],
  ['-L', highHalf('iso-8859-5')],
  ['-G', highHalf('iso-8859-6')],
  ['-F', highHalf('iso-8859-7')],
  ['-H', highHalf('iso-8859-8')],
  ['-M', highHalf('iso-8859-9')],
  ['-T', highHalf('windows-874')],
  ['-b', highHalf('iso-8859-15')],
  ['$B', JIS_X_0208],
  ['$(D', JIS_X_0212],
  ['$)C', highHalf('euc-kr')],
  ['$)A', highHalf('gbk')],
]);

/** ISO registration number → escape, for the first value of (0008,0005), which holds without any escape. */
const INITIAL_G1: ReadonlyMap<number, string> = new Map([
  [13, ')I'], [100, '-A'], [101, '-B'], [109, '-C'], [110, '-D'], [144, '-L'], [127, '-G'], [126, '-F'], [138, '-H'],
  [148, '-M'], [166, '-T'], [203, '-b'], [149, '$)C'], [58, '$)A'],
]); // prettier-ignore

const ESC = 0x1b;
const isControl = (byte: number): boolean => byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d;

/** PS3.5 §6.1.2.5.3: before these the writer is back in the sets of the first value of (0008,0005). */
const delimiters = (vr: VR, single: boolean): string => (vr === 'PN' ? '\\^=' : single ? '' : '\\');

function designated(bytes: Buffer, at: number): { readonly set: CodeSet; readonly length: number } | undefined {
  for (const length of [2, 3]) {
    const set = ESCAPES.get(bytes.toString('latin1', at + 1, at + 1 + length));
    if (set) return { set, length: length + 1 };
  }
  return undefined;
}

/** Decodes text with ISO 2022 code extensions. `first`: ISO registration number of the first value of (0008,0005). */
export function decodeIso2022(bytes: Buffer, first: number, vr: VR, single: boolean): string {
  const initialG1 = ESCAPES.get(INITIAL_G1.get(first) ?? '');
  const resets = delimiters(vr, single);
  let g0 = ASCII;
  let g1 = initialG1;
  let text = '';
  let at = 0;
  const takeWhile = (belongs: (byte: number) => boolean): Buffer => {
    const from = at;
    while (at < bytes.length && belongs(bytes[at] ?? 0)) at += 1;
    return bytes.subarray(from, at);
  };
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === ESC) {
      const escape = designated(bytes, at);
      if (escape?.set.area === 'G0') g0 = escape.set;
      else if (escape) g1 = escape.set;
      else text += '\ufffd';
      at += escape?.length ?? 1;
    } else if (isControl(byte) || (!g0.wide && resets.includes(String.fromCharCode(byte)))) {
      text += String.fromCharCode(byte);
      g0 = ASCII;
      // Sloppy writers designate G1 once and go on after a delimiter: kept where nothing else is defined.
      g1 = initialG1 ?? g1;
      at += 1;
    } else if (byte >= 0x80) {
      const run = takeWhile((next) => next >= 0x80);
      text += g1 ? g1.decode(run) : '\ufffd'.repeat(run.length);
    } else if (g0.wide && byte > 0x20 && byte < 0x7f) {
      text += g0.decode(takeWhile((next) => next > 0x20 && next < 0x7f));
    } else {
      text += String.fromCharCode(byte);
      at += 1;
    }
  }
  return text;
}
