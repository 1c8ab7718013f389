import { fillVolume } from './fill-volume.js';
import { halfBitsOf, toHalfFloats } from './half-float.js';
import { fromMiddle, SliceQueue } from './slice-queue.js';
import { textureFits } from './volume-fit.js';
import type { Pixels } from './volume-texture.js';
import { VolumeValues } from './volume-values.js';

/** The number that bits of a half-precision float stand for (IEEE 754 §3.4), without subnormals. */
function valueOf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const value = exponent === 0 ? 0 : 2 ** (exponent - 15) * (1 + (bits & 1023) / 1024);
  return bits & 0x8000 ? -value : value;
}

describe('half-precision floats', () => {
  it('hold every value of a scanner that matters exactly, and larger ones to the nearest', () => {
    for (let value = -2048; value <= 2048; value += 1) expect(valueOf(halfBitsOf(value))).toBe(value);
    expect(valueOf(halfBitsOf(3071))).toBe(3072); // a tie goes to the even fraction
    expect(valueOf(halfBitsOf(2049))).toBe(2048);
    expect(valueOf(halfBitsOf(65_535))).toBe(65_504);
    expect(valueOf(halfBitsOf(-32_768))).toBe(-32_768);
  });

  it('are made of signed and unsigned pixels, wherever they stand in their buffer', () => {
    const all = Int16Array.from([0, 1, -1, 700, -1024]);
    expect([...toHalfFloats(all.subarray(1))].map(valueOf)).toEqual([1, -1, 700, -1024]);
    expect([...toHalfFloats(Uint16Array.from([40_000, 65_535]))].map(valueOf)).toEqual([40_000, 65_504]);
  });
});

it('refuses a texture that a browser would leave empty', () => {
  const place = { normal: [0, 0, 1], start: 0, step: 1, stride: 1 } as const;
  const plan = { slices: [], ...place, type: 'Int16Array' as const, bytes: 1330 * 512 * 512 * 2 };
  expect(textureFits({ ...plan, size: [512, 512, 1330] }, 2048)).toBe(true);
  expect(textureFits({ ...plan, size: [512, 512, 2049] }, 2048)).toBe(false);
  expect(textureFits({ ...plan, size: [512, 512, 1330], bytes: plan.bytes * 2 }, 2048)).toBe(false);
});

/** A queue that everything has come to. */
function fullQueue(count: number): SliceQueue {
  const queue = new SliceQueue(count);
  for (let index = 0; index < count; index++) queue.add(index);
  queue.end();
  return queue;
}

describe('filling', () => {
  it('begins with the slices on screen', () => {
    expect(fromMiddle(5).slice(0, 3)).toEqual([2, 1, 3]);
    expect(fromMiddle(6).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('decodes each slice once, so many at a time, and counts those that failed', async () => {
    const put: number[] = [];
    let [now, most, done, failures] = [0, 0, 0, 0];
    await fillVolume(fullQueue(20), {
      parallel: 3,
      decode: async (index) => {
        most = Math.max(most, (now += 1));
        await Promise.resolve();
        now -= 1;
        if (index === 7) throw new Error('unreadable');
        return {} as never;
      },
      put: (index) => put.push(index),
      onProgress: (_, failed) => {
        done += 1;
        failures = failed;
      },
      stopped: () => false,
    });
    expect(put.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at).filter((at) => at !== 7));
    expect([done, failures]).toEqual([20, 1]);
    expect(most).toBe(3);
  });

  it('goes on with what comes, the nearest to the middle first, until nothing more will', async () => {
    const queue = new SliceQueue(9);
    const taken: (number | undefined)[] = [];
    const waiting = queue.next();
    queue.add(8);
    taken.push(await waiting);
    for (const index of [0, 5, 3]) queue.add(index);
    taken.push(await queue.next(), await queue.next());
    queue.end();
    taken.push(await queue.next(), await queue.next());
    expect(taken).toEqual([8, 3, 5, 0, undefined]);
  });

  it('stops when it is told to', async () => {
    let decoded = 0;
    await fillVolume(fullQueue(20), {
      parallel: 2,
      decode: async () => {
        decoded += 1;
        return {} as never;
      },
      put: () => undefined,
      onProgress: () => undefined,
      stopped: () => decoded >= 4,
    });
    expect(decoded).toBeLessThan(7);
  });
});

describe('values of a volume', () => {
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

  function values(maxSlices: number): { read: VolumeValues; asked: number[]; arrived: () => number } {
    const asked: number[] = [];
    let arrived = 0;
    const read = new VolumeValues(
      4,
      10,
      maxSlices,
      async (index): Promise<Pixels> => {
        asked.push(index);
        if (index === 9) throw new Error('unreadable');
        return Int16Array.from([0, 1, 2, 3], (at) => 10 * index + at);
      },
      () => (arrived += 1),
    );
    return { read, asked, arrived: () => arrived };
  }

  it('are none until their slices are decoded, once each', async () => {
    const { read, asked, arrived } = values(4);
    expect([read.at(8), read.at(9), read.at(12)]).toEqual([NaN, NaN, NaN]);
    await settle();
    expect([asked, arrived()]).toEqual([[2, 3], 1]);
    expect([read.at(8), read.at(9), read.at(15)]).toEqual([20, 21, 33]);
    await settle();
    expect(asked).toEqual([2, 3]);
  });

  it('leave the slices not used last when there is no room', async () => {
    const { read, asked } = values(2);
    read.at(0);
    read.at(4);
    await settle();
    read.at(4);
    read.at(8);
    await settle();
    expect([read.at(4), read.at(8), read.at(0)]).toEqual([10, 20, NaN]);
    expect(asked).toEqual([0, 1, 2]);
  });

  it('stay none across more slices than may be held, without decoding for nothing', async () => {
    const { read, asked } = values(2);
    for (let index = 0; index < 40; index += 4) read.at(index);
    await settle();
    expect(asked).toEqual([]);
  });

  it('do not ask again for a slice that cannot be decoded, nor for one outside', async () => {
    const { read, asked } = values(4);
    read.at(36);
    read.at(-1);
    read.at(400);
    await settle();
    expect(read.at(36)).toBeNaN();
    await settle();
    expect(asked).toEqual([9]);
  });
});
