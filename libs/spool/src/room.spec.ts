import type { Spool } from './spool.js';
import { MEBIBYTE, OWNER, digest, pattern, readAll, spools, turn } from './spool.for-spec.js';

const { open } = spools();

describe('room', () => {
  const fill = (spool: Spool, key: string, bytes: number, owner = OWNER) => {
    const series = spool.create<string, string>(key, owner);
    const writer = series.begin({ id: 'a', info: '' });
    const flowing = writer.write(Buffer.alloc(bytes));
    writer.end();
    return { series, flowing };
  };

  it('is made of what nobody reads, least recently read first', async () => {
    const spool = await open({ maxBytes: 3 * MEBIBYTE });
    for (const key of ['a', 'b']) fill(spool, key, MEBIBYTE).series.settle('done');
    await readAll(spool.find<string, string>('a')!.reader());
    expect(fill(spool, 'c', MEBIBYTE).flowing).toBe(true);
    expect([...'abc'].filter((key) => spool.find(key))).toEqual(['a', 'c']);
    expect(spool.usage().bytes).toBe(2 * MEBIBYTE);
  });

  it('of one owner is not that of another', async () => {
    const spool = await open();
    const [small, other] = [
      { id: 'small', maxBytes: MEBIBYTE },
      { id: 'other', maxBytes: 10 * MEBIBYTE },
    ];
    fill(spool, 'theirs', MEBIBYTE, other).series.settle('done');
    const { series: ours, flowing } = fill(spool, 'ours', MEBIBYTE, small);
    expect([flowing, ours.shortOf, spool.find('theirs')?.shortOf]).toEqual([false, 'budget', undefined]);
    expect(spool.find('theirs')).toBeDefined();
    expect(fill(spool, 'more of theirs', MEBIBYTE, other).flowing).toBe(true);
  });

  it('that is full makes the writer wait until somebody has read, and a series larger than it still flows', async () => {
    const spool = await open({ maxBytes: 2 * MEBIBYTE });
    const series = spool.create<string, string>('large', OWNER);
    const reading = readAll(series.reader(), turn);
    const bytes = pattern(9 * MEBIBYTE, 7);
    let waited = 0;
    for (let object = 0; object < 3; object++) {
      const writer = series.begin({ id: `object-${object}`, info: '' });
      let go = (): void => undefined;
      writer.onDrain(() => go());
      for (let at = object * 3 * MEBIBYTE; at < (object + 1) * 3 * MEBIBYTE; at += 128 * 1024) {
        if (writer.write(bytes.subarray(at, at + 128 * 1024))) continue;
        waited++;
        await new Promise<void>((resolve) => (go = resolve));
      }
      writer.end();
    }
    series.settle('done');
    expect((await reading).whole.map((one) => one.digest)).toEqual(
      [0, 1, 2].map((n) => digest(bytes.subarray(n * 3 * MEBIBYTE, (n + 1) * 3 * MEBIBYTE))),
    );
    expect(waited).toBeGreaterThan(5);
    // Nobody can begin to read it any more, and it says so.
    expect(spool.find('large')).toBeUndefined();
    expect(() => series.reader()).toThrow(RangeError);
    expect(spool.usage().bytes).toBe(0);
  });

  it('comes back as its reader goes on, also in the middle of one object that is read back from disk', async () => {
    const spool = await open({ maxBytes: 2 * MEBIBYTE, memoryBytes: 0 });
    const series = spool.create<string, string>('large', OWNER);
    const bytes = pattern(6 * MEBIBYTE, 5);
    // Slower than the disk: when all is written, nobody but the reader can say that there is room.
    const reading = readAll(series.reader(), () => new Promise((resolve) => setTimeout(resolve, 5)));
    const writer = series.begin({ id: 'a', info: '' });
    let drained = (): void => undefined;
    writer.onDrain(() => drained());
    for (let at = 0; at < bytes.length; at += 65_536) {
      const waiting = new Promise<void>((resolve) => (drained = resolve));
      if (!writer.write(bytes.subarray(at, at + 65_536))) await waiting;
    }
    writer.end();
    series.settle('done');
    expect((await reading).whole).toEqual([{ id: 'a', digest: digest(bytes) }]);
  });

  it('comes back when a series is removed, once its last reader has left', async () => {
    const spool = await open();
    const { series } = fill(spool, 'a', MEBIBYTE);
    series.settle('done');
    const reader = series.reader();
    series.remove();
    expect(spool.find('a')).toBeUndefined();
    expect(spool.usage()).toMatchObject({ bytes: MEBIBYTE, series: 1, readers: 1 });
    expect((await readAll(reader)).end).toBe('settled done');
    expect(spool.usage()).toMatchObject({ bytes: 0, series: 0, readers: 0 });
  });

  it('comes back some time after the last reader', async () => {
    const spool = await open({ keepSeconds: 0.05 });
    const { series } = fill(spool, 'a', MEBIBYTE);
    series.settle('done');
    await readAll(series.reader());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(spool.usage()).toMatchObject({ bytes: 0, series: 0 });
  });
});

describe('a reader', () => {
  it('that takes nothing while others wait for the room of what it holds is cut, told and counted', async () => {
    const spool = await open({ floorBytesPerSecond: 10_000_000, floorGraceSeconds: 0.1, maxBytes: 500_000 });
    const series = spool.create<string, string>('key', OWNER);
    const counts: number[] = [];
    series.onReaders((readers) => counts.push(readers));
    const writer = series.begin({ id: 'a', info: '' });
    expect(writer.write(Buffer.alloc(2_000_000))).toBe(false);
    const reader = series.reader();
    const lists = reader[Symbol.asyncIterator]();
    await lists.next();
    await new Promise<void>((resolve) => reader.cut.addEventListener('abort', () => resolve()));
    expect((await lists.next()).value).toEqual([{ type: 'cut' }]);
    expect((await lists.next()).done).toBe(true);
    expect(spool.usage()).toMatchObject({ readers: 0, cut: 1 });
    expect(counts).toEqual([1, 0]);
  });

  it('that is slow while there is room is not cut', async () => {
    const spool = await open({ floorBytesPerSecond: 10_000_000, floorGraceSeconds: 0.05 });
    const series = spool.create<string, string>('key', OWNER);
    const writer = series.begin({ id: 'a', info: '' });
    const bytes = pattern(500_000, 3);
    writer.write(bytes);
    writer.end();
    series.settle('done');
    const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
    expect(await readAll(series.reader(), slowly)).toMatchObject({
      whole: [{ digest: digest(bytes) }],
      end: 'settled done',
    });
    expect(spool.usage().cut).toBe(0);
  });

  it('that waits for the PACS is never cut', async () => {
    const spool = await open({ floorBytesPerSecond: 1_000_000, floorGraceSeconds: 0.05 });
    const series = spool.create<string, string>('key', OWNER);
    const reading = readAll(series.reader());
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(Buffer.from('a'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    writer.write(Buffer.from('b'));
    writer.end();
    series.settle('done');
    expect(await reading).toMatchObject({ whole: [{ digest: digest(Buffer.from('ab')) }], end: 'settled done' });
    expect(spool.usage().cut).toBe(0);
  });

  it('that is closed ends an iteration that waits', async () => {
    const series = (await open()).create<string, string>('key', OWNER);
    const reader = series.reader();
    const reading = readAll(reader);
    await turn();
    reader.close();
    expect((await reading).end).toBe('nothing');
    expect(series.readers).toBe(0);
  });
});
