import {
  END_FRAME,
  FrameType,
  frameHead,
  objectFrame,
  type ObjectStreamPart,
  ObjectStreamReader,
  outcomeFrame,
  progressFrame,
} from './object-stream.js';

const head = {
  series: '1.2.3',
  sopInstance: '1.2.3.4',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntax: '1.2.840.10008.1.2.1',
};
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const whole = Buffer.concat([
  objectFrame(head),
  frameHead(FrameType.Data, 600),
  bytes.subarray(0, 600),
  frameHead(FrameType.Data, 400),
  bytes.subarray(600),
  END_FRAME,
  progressFrame({ received: 1, expected: 2 }),
  outcomeFrame({ outcome: 'incomplete', code: 'DRIM-308', received: 1, expected: 2 }),
]);

/** What a reader says of chunks of one size, data joined. */
function read(stream: Buffer, size: number): { parts: ObjectStreamPart[]; data: Buffer; finished: boolean } {
  const reader = new ObjectStreamReader();
  const parts: ObjectStreamPart[] = [];
  const data: Buffer[] = [];
  for (let at = 0; at < stream.length; at += size) {
    for (const part of reader.push(stream.subarray(at, at + size))) {
      if (part.type === 'data') data.push(Buffer.from(part.bytes));
      else parts.push(part);
    }
  }
  return { parts, data: Buffer.concat(data), finished: reader.finished };
}

describe('an object stream', () => {
  it.each([1, 2, 3, 7, 64, 605, 100_000])('is read alike in chunks of %i', (size) => {
    const { parts, data, finished } = read(whole, size);
    expect(parts).toEqual([
      { type: 'object', head },
      { type: 'end' },
      { type: 'progress', progress: { received: 1, expected: 2 } },
      { type: 'outcome', outcome: { outcome: 'incomplete', code: 'DRIM-308', received: 1, expected: 2 } },
    ]);
    expect(data).toEqual(bytes);
    expect(finished).toBe(true);
  });

  it('that is cut anywhere has no end', () => {
    for (let length = 0; length < whole.length; length += 13) {
      expect(read(whole.subarray(0, length), 50).finished).toBe(false);
    }
  });

  it.each<[string, Buffer]>([
    ['data outside an object', frameHead(FrameType.Data, 4)],
    ['an end of nothing', END_FRAME],
    ['an object within an object', Buffer.concat([objectFrame(head), objectFrame(head)])],
    ['an unknown frame', frameHead(9, 0)],
    ['words longer than any of ours', frameHead(FrameType.Object, 5000)],
    ['data longer than any of ours', Buffer.concat([objectFrame(head), frameHead(FrameType.Data, 0x7fffffff)])],
    ['words that are no JSON', Buffer.concat([frameHead(FrameType.Outcome, 1), Buffer.from('x')])],
    ['words outside their contract', Buffer.concat([frameHead(FrameType.Outcome, 2), Buffer.from('{}')])],
    ['bytes after the outcome', Buffer.concat([whole, END_FRAME])],
  ])('refuses %s', (_name, stream) => {
    expect(() => read(stream, 100_000)).toThrow(expect.objectContaining({ name: 'ObjectStreamError' }) as Error);
  });
});
