import { fillVolume } from './fill-volume.js';
import { fromMiddle, SliceQueue } from './slice-queue.js';

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
