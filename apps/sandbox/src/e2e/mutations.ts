/** Numbers that look random and are the same at each run (mulberry32), from 0 to `below` excluded. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof seededRandom>;
type Mutation = (message: Buffer, random: Random) => Buffer;

/** Bytes with a meaning: delimiters of HL7, of MLLP, NUL, and ones no character set holds alone. */
const SPECIAL = Buffer.from('|^~\\&\r\n\0\x0b\x1c\x1b\x7f\xff\xc3\xe2=', 'latin1');

const splice = (message: Buffer, at: number, removed: number, inserted = Buffer.alloc(0)): Buffer =>
  Buffer.concat([message.subarray(0, at), inserted, message.subarray(at + removed)]);

/** Somewhere before the document: that is where a parser decides. */
const inHead = (message: Buffer, random: Random): number => random(Math.min(message.length, 1200));

const segmentsOf = (message: Buffer): string[] => message.toString('latin1').split('\r').filter(Boolean);
const joined = (segments: readonly string[]): Buffer => Buffer.from(`${segments.join('\r')}\r`, 'latin1');

const MUTATIONS: readonly Mutation[] = [
  (message, random) => splice(message, random(message.length), 1, Buffer.of(random(256))),
  (message, random) => splice(message, inHead(message, random), 1, Buffer.of(random(256))),
  (message, random) => splice(message, inHead(message, random), 0, Buffer.of(SPECIAL[random(SPECIAL.length)] ?? 0)),
  (message, random) => splice(message, random(message.length), 0, Buffer.of(SPECIAL[random(SPECIAL.length)] ?? 0)),
  (message, random) => splice(message, inHead(message, random), random(60)),
  (message, random) => message.subarray(0, random(message.length)),
  (message, random) => splice(message, inHead(message, random), 0, Buffer.alloc(random(5000), '|')),
  (message, random) => splice(message, inHead(message, random), 0, Buffer.alloc(random(5000), 'é')),
  (message, random) => {
    const segments = segmentsOf(message);
    return joined(segments.toSpliced(random(segments.length), 1));
  },
  (message, random) => {
    const segments = segmentsOf(message);
    return joined(segments.toSpliced(random(segments.length), 0, segments[random(segments.length)] ?? ''));
  },
  (message, random) => {
    const segments = segmentsOf(message);
    const at = random(segments.length);
    const fields = (segments[at] ?? '').split('|');
    return joined(segments.with(at, fields.with(random(fields.length), '').join('|')));
  },
  (_, random) => Buffer.from(Array.from({ length: 1 + random(2000) }, () => random(256))),
];

/** A message made wrong in one to three ways. */
export function mutated(message: Buffer, random: Random): Buffer {
  let wrong = message;
  for (let times = 1 + random(3); times > 0; times -= 1) {
    wrong = (MUTATIONS[random(MUTATIONS.length)] ?? ((same) => same))(wrong, random);
  }
  return wrong;
}
