import { encodeFrame, FrameDecoder, type DecoderEvent } from './frame-decoder.js';
import { seeded } from '../random.fixture.js';

const FRAME = (text: string): Buffer => encodeFrame(Buffer.from(text));
const described = (events: readonly DecoderEvent[]): string[] =>
  events.map((event) => {
    switch (event.kind) {
      case 'frame':
        return `frame ${event.frame.toString()}`;
      case 'unterminated':
        return `unterminated by ${event.by}: ${event.head.toString()}`;
      case 'too-large':
        return `too-large: ${event.head.toString()}`;
      case 'too-much-junk':
        return 'too-much-junk';
    }
  });

/** Every way of cutting: whole, byte by byte, and in pieces of n bytes. */
const CUTS = [Number.MAX_SAFE_INTEGER, 1, 2, 3, 7];

function decode(stream: Buffer, piece: number, limits = {}): string[] {
  const decoder = new FrameDecoder(limits);
  const events: DecoderEvent[] = [];
  for (let at = 0; at < stream.length; at += piece) events.push(...decoder.push(stream.subarray(at, at + piece)));
  return described([...events, ...decoder.end()]);
}

const kinds = (events: string[]): string[] =>
  events.map((event) => (event.startsWith('too-large') ? 'too-large' : event));

describe('MLLP frames', () => {
  const cases: [title: string, stream: Buffer, expected: string[]][] = [
    ['one frame', FRAME('MSH|a'), ['frame MSH|a']],
    [
      'several frames in one chunk',
      Buffer.concat([FRAME('a'), FRAME('b'), FRAME('c')]),
      ['frame a', 'frame b', 'frame c'],
    ],
    ['NUL between frames', Buffer.concat([FRAME('a'), Buffer.alloc(9), FRAME('b')]), ['frame a', 'frame b']],
    [
      'junk, CR and LF around frames',
      Buffer.concat([Buffer.from('\r\nxx\x1c\r'), FRAME('a'), Buffer.from('\n\r?')]),
      ['frame a'],
    ],
    ['an empty frame', FRAME(''), ['frame ']],
    ['a 0x1C that belongs to the message', FRAME('a\x1cb\x1c\x1cc'), ['frame a\x1cb\x1c\x1cc']],
    ['carriage returns that belong to the message', FRAME('a\rb\r'), ['frame a\rb\r']],
    [
      'no CR after the end block, next frame at once',
      Buffer.concat([Buffer.from('\x0ba\x1c'), FRAME('b')]),
      ['frame a', 'frame b'],
    ],
    ['no CR after the end block, end of stream', Buffer.from('\x0ba\x1c'), ['frame a']],
    [
      'no end block before the next frame',
      Buffer.concat([Buffer.from('\x0bcut'), FRAME('b')]),
      ['unterminated by next-start: cut', 'frame b'],
    ],
    ['no end block before the end of stream', Buffer.from('\x0bcut\r'), ['unterminated by end-of-stream: cut\r']],
    ['nothing at all', Buffer.alloc(0), []],
  ];
  it.each(cases)('reads %s, however it is cut', (_title, stream, expected) => {
    for (const piece of CUTS) expect(decode(stream, piece)).toEqual(expected);
  });

  it('accepts a frame of exactly the limit and refuses one byte more, once, then goes on', () => {
    const stream = Buffer.concat([FRAME('12345678'), FRAME('123456789'), FRAME('x')]);
    for (const piece of CUTS) {
      const events = decode(stream, piece, { maxFrameBytes: 8 });
      expect(events[0]).toBe('frame 12345678');
      expect(events[1]).toMatch(/^too-large: 123456789/);
      expect(events.slice(2)).toEqual(['frame x']);
    }
  });

  it('keeps the head of a frame that is too large, for its answer', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: 100_000 });
    const events = [
      Buffer.from('\x0bMSH|^~\\&|RIS'),
      ...Array.from({ length: 40 }, () => Buffer.alloc(5000, 0x41)),
    ].flatMap((chunk) => decoder.push(chunk));
    expect(events).toHaveLength(1);
    const [event] = events;
    expect(event?.kind === 'too-large' && event.head.length).toBe(4096);
    expect(event?.kind === 'too-large' && event.head.toString('latin1', 0, 12)).toBe('MSH|^~\\&|RIS');
  });

  it('gives up a stream that holds no frame', () => {
    const decoder = new FrameDecoder({ maxJunkBytes: 1000 });
    const events = [1, 2, 3].flatMap(() => decoder.push(Buffer.alloc(600, 0x41)));
    expect(described(events)).toEqual(['too-much-junk']);
    expect(new FrameDecoder({ maxJunkBytes: 1000 }).push(Buffer.alloc(100_000))).toEqual([]);
  });

  it('hands frames over that later chunks do not change', () => {
    const decoder = new FrameDecoder();
    const [first] = [...decoder.push(Buffer.from('\x0bfir')), ...decoder.push(Buffer.from('st\x1c\r'))];
    decoder.push(Buffer.from('\x0bother'));
    decoder.push(Buffer.from(' one\x1c\r'));
    expect(described(first ? [first] : [])).toEqual(['frame first']);
  });

  it('decodes any mixture the same way whole and in pieces', () => {
    const random = seeded(20261122);
    const alphabet = [0x0b, 0x1c, 0x0d, 0x0a, 0x00, 0x41, 0x42];
    for (let round = 0; round < 2000; round++) {
      const stream = Buffer.from(
        Array.from({ length: Math.floor(random() * 60) }, () => alphabet[Math.floor(random() * alphabet.length)]!),
      );
      const whole = decode(stream, Number.MAX_SAFE_INTEGER, { maxFrameBytes: 12 });
      for (const piece of [1, 2, 5]) expect(kinds(decode(stream, piece, { maxFrameBytes: 12 }))).toEqual(kinds(whole));
    }
  });
});
