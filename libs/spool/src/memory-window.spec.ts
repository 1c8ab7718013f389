import { MemoryWindow } from './memory-window.js';
import type { SpoolRecord } from './spool-record.js';

const record = (...plain: Buffer[]): SpoolRecord => ({
  number: 1n,
  from: 0,
  length: plain.reduce((sum, { length }) => sum + length, 0),
  plain,
  file: undefined,
  position: 0,
});
const chunk = (): Buffer => Buffer.allocUnsafeSlow(100);

describe('the memory window', () => {
  it('counts a chunk that records have slices of one after the other once, and whole', () => {
    const window = new MemoryWindow(200);
    const [first, second, third] = [chunk(), chunk(), chunk()];
    const records = [
      record(first.subarray(0, 10)),
      record(first.subarray(10), second.subarray(0, 50)),
      record(second.subarray(50, 60)),
    ];
    for (const one of records) window.add(one);
    expect(records.map(({ plain }) => plain !== undefined)).toEqual([true, true, true]);
    const last = record(third);
    window.add(last);
    // The chunk of the first two goes; the second one stays for the third record.
    expect([...records, last].map(({ plain }) => plain !== undefined)).toEqual([false, false, true, true]);
  });

  it('has the room of what was dropped', () => {
    const window = new MemoryWindow(200);
    const [kept, dropped, next] = [record(chunk()), record(chunk()), record(chunk())];
    window.add(kept);
    window.add(dropped);
    window.drop(dropped);
    window.add(next);
    expect([kept, dropped, next].map(({ plain }) => plain !== undefined)).toEqual([true, false, true]);
  });
});
