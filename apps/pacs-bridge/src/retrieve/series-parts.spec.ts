import { ObjectStreamReader, outcomeFrame, type RetrieveOutcome } from '@drimbox/contracts';
import type { SeriesReader, Spooled } from '@drimbox/spool';
import type { OpenedSeries } from './retrievals.service.js';
import { seriesParts, wantedOf } from './series-parts.js';
import type { SpooledInfo } from './spooling-receiver.js';
import { studyParts } from './study-parts.js';

type Item = Spooled<SpooledInfo, RetrieveOutcome>;

const info = (sopInstance: string, pixelOffset?: number): SpooledInfo => ({
  study: '1.1',
  series: '1.1.1',
  sopInstance,
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntax: '1.2.840.10008.1.2.1',
  modality: 'CT',
  pixelOffset,
});
const object = (id: string, bytes: string, pixelOffset?: number): Item[] => [
  { type: 'object', object: { id, info: info(id, pixelOffset) } },
  ...[...bytes].map((letter): Item => ({ type: 'bytes', bytes: Buffer.from(letter) })),
  { type: 'end' },
];
const settled = (outcome: RetrieveOutcome): Item => ({ type: 'settled', outcome });
const COMPLETE = settled({ outcome: 'complete', received: 2, expected: 2 });

function opened(items: readonly Item[], more: Partial<OpenedSeries> = {}): OpenedSeries & { closed: () => boolean } {
  let closed = false;
  const reader: SeriesReader<SpooledInfo, RetrieveOutcome> = {
    cut: new AbortController().signal,
    close: () => (closed = true),
    async *[Symbol.asyncIterator]() {
      for (const item of items) if (!closed) yield [item];
    },
  };
  return { reader, progress: () => ({ received: 1 }), settled: Promise.resolve(), closed: () => closed, ...more };
}

/** What the other end reads: each whole object as `uid=bytes`, half ones as `uid~bytes`, then the outcome. */
async function read(
  frames: AsyncGenerator<readonly Buffer[], RetrieveOutcome>,
): Promise<{ objects: string[]; outcome: RetrieveOutcome }> {
  const reader = new ObjectStreamReader();
  const objects: string[] = [];
  let outcome: RetrieveOutcome | undefined;
  let half: string | undefined;
  const take = (chunk: Buffer): void => {
    for (const part of reader.push(chunk)) {
      if (part.type === 'object') half = `${part.head.sopInstance}~`;
      else if (part.type === 'data') half = `${half}${part.bytes.toString()}`;
      else if (part.type === 'end') {
        objects.push(String(half).replace('~', '='));
        half = undefined;
      } else if (part.type === 'outcome') outcome = part.outcome;
    }
  };
  for (;;) {
    const next = await frames.next();
    if (next.done) {
      take(outcomeFrame(next.value));
      break;
    }
    for (const frame of next.value) take(frame);
  }
  if (half !== undefined) objects.push(half);
  if (!outcome) throw new Error('no outcome');
  return { objects, outcome };
}

describe('the frames of a series', () => {
  it('are its objects, whole, then its outcome', async () => {
    const series = opened([...object('1.9', 'abc'), ...object('1.8', ''), COMPLETE]);
    expect(await read(seriesParts(series))).toEqual({
      objects: ['1.9=abc', '1.8='],
      outcome: { outcome: 'complete', received: 2, expected: 2 },
    });
  });

  it('are asked for before the pixels when heads are wanted, and of one instance when only that one is', () => {
    const [image, report] = [info('1.9', 4), info('1.8')];
    expect([image, report].map(wantedOf({ heads: false }))).toEqual([Infinity, Infinity]);
    expect([image, report].map(wantedOf({ heads: true }))).toEqual([4, Infinity]);
    expect([image, report].map(wantedOf({ heads: true, only: '1.9' }))).toEqual([4, 0]);
    expect([image, report].map(wantedOf({ heads: false, only: '1.8' }))).toEqual([0, Infinity]);
  });

  it('are those of one instance when only that one is wanted, and no more', async () => {
    const series = opened([...object('1.7', 'x'), ...object('1.9', 'abc'), ...object('1.8', 'y'), COMPLETE], {
      only: '1.9',
    });
    expect(await read(seriesParts(series))).toEqual({
      objects: ['1.9=abc'],
      outcome: { outcome: 'complete', received: 1, expected: 1 },
    });
    const none = await read(seriesParts(opened([...object('1.7', 'x'), COMPLETE], { only: '1.9' })));
    expect(none).toEqual({ objects: [], outcome: { outcome: 'failed', code: 'DRIM-307', received: 0 } });
  });

  it.each<[Item, RetrieveOutcome]>([
    [{ type: 'truncated' }, { outcome: 'incomplete', code: 'DRIM-308', received: 1 }],
    [{ type: 'cut' }, { outcome: 'failed', code: 'DRIM-312', received: 1 }],
  ])('never end an object that is not whole: %j', async (last, outcome) => {
    const half = object('1.8', 'ab').slice(0, -1);
    expect(await read(seriesParts(opened([...object('1.9', 'abc'), ...half, last])))).toEqual({
      objects: ['1.9=abc', '1.8~ab'],
      outcome,
    });
  });
});

describe('the frames of a study', () => {
  const counted = (received: number, expected = received): Item => settled({ outcome: 'complete', received, expected });

  it('are those of its series one after another, counted together', async () => {
    const shelf: Record<string, OpenedSeries> = {
      a: opened([...object('1.1', 'a'), counted(1)]),
      b: opened([...object('2.1', 'b'), ...object('2.2', 'c'), counted(2)]),
    };
    const parts = studyParts(['a', 'b'], (uid) => shelf[uid]!);
    expect(await read(parts.frames)).toEqual({
      objects: ['1.1=a', '2.1=b', '2.2=c'],
      outcome: { outcome: 'complete', received: 3, expected: 3 },
    });
  });

  it('go on after a series that failed, and say so', async () => {
    const shelf: Record<string, OpenedSeries> = {
      a: opened([settled({ outcome: 'failed', code: 'DRIM-314', received: 0, expected: 4 })]),
      b: opened([...object('2.1', 'b'), counted(1)]),
    };
    const parts = studyParts(['a', 'b'], (uid) => shelf[uid]!);
    expect(await read(parts.frames)).toEqual({
      objects: ['2.1=b'],
      outcome: { outcome: 'incomplete', code: 'DRIM-314', received: 1, expected: 5 },
    });
  });

  it('ask for the next series as soon as the one before has come, and leave all when closed', async () => {
    const first = opened([...object('1.1', 'a'), counted(1)]);
    const second = opened([...object('2.1', 'b'), counted(1)]);
    const asked: string[] = [];
    const parts = studyParts(['a', 'b'], (uid) => {
      asked.push(uid);
      return uid === 'a' ? first : second;
    });
    await parts.frames.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['a', 'b']);
    parts.close();
    expect([first.closed(), second.closed()]).toEqual([true, true]);
  });
});
