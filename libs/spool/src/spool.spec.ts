import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
  readSync,
  fstatSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeriesReader, Spooled } from './spool-contract.js';
import { Spool, type SpoolOptions } from './spool.js';
import { eventually } from '@drimbox/testing';

const MEBIBYTE = 1024 * 1024;
const OWNER = { id: 'site', maxBytes: 1024 * MEBIBYTE };
const directory = mkdtempSync(join(tmpdir(), 'drimbox-spool-'));
afterAll(() => rmSync(directory, { recursive: true }));

const opened: Spool[] = [];
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close();
});

async function open(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await Spool.open({
    directory: join(directory, String(Math.random()).slice(2)),
    maxBytes: 1024 * MEBIBYTE,
    floorBytesPerSecond: 0,
    floorGraceSeconds: 1,
    keepSeconds: 60,
    ...options,
  });
  opened.push(spool);
  return spool;
}

type Item = Spooled<string, string>;

/** What a reader was given: whole objects as id and digest, the half one at its end, and how it ended. */
interface Given {
  readonly whole: { readonly id: string; readonly digest: string }[];
  half: { readonly id: string; readonly length: number } | undefined;
  end: string;
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function readAll(
  reader: SeriesReader<string, string>,
  pause: () => Promise<void> = async () => undefined,
): Promise<Given> {
  const given: Given = { whole: [], half: undefined, end: 'nothing' };
  let current: { id: string; parts: Buffer[] } | undefined;
  for await (const item of reader as AsyncIterable<Item>) {
    await pause();
    if (item.type === 'object') current = { id: item.object.id, parts: [] };
    else if (item.type === 'bytes') current?.parts.push(item.bytes);
    else if (item.type === 'end') {
      given.whole.push({ id: current?.id ?? '', digest: digest(Buffer.concat(current?.parts ?? [])) });
      current = undefined;
    } else given.end = item.type === 'settled' ? `settled ${item.outcome}` : item.type;
  }
  if (current) given.half = { id: current.id, length: Buffer.concat(current.parts).length };
  return given;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const pattern = (length: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = seed * 2654435761 + 1; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
};

describe('a series', () => {
  it('is read while it is written, late readers from the first byte', async () => {
    const spool = await open();
    const series = spool.create<string, string>('key', OWNER);
    const early = readAll(series.reader());
    const bytes = pattern(700_000, 1);
    const writer = series.begin({ id: 'a', info: 'A' });
    for (let at = 0; at < bytes.length; at += 100_000) {
      expect(writer.write(bytes.subarray(at, at + 100_000))).toBe(true);
      await turn();
    }
    const half = readAll(series.reader());
    expect(writer.end()).toBe(true);
    expect(writer.length).toBe(bytes.length);
    series.settle('done');
    const expected = { whole: [{ id: 'a', digest: digest(bytes) }], half: undefined, end: 'settled done' };
    expect(await early).toEqual(expected);
    expect(await half).toEqual(expected);
    expect(await readAll(series.reader())).toEqual(expected);
    expect(spool.find('key')).toBe(series);
  });

  it('gives bytes in the same turn in which they come, before the object is whole', async () => {
    const series = (await open()).create<string, string>('key', OWNER);
    const items = series.reader()[Symbol.asyncIterator]() as AsyncIterator<Item>;
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(Buffer.from('abc'));
    expect((await items.next()).value).toMatchObject({ type: 'object' });
    expect((await items.next()).value).toEqual({ type: 'bytes', bytes: Buffer.from('abc') });
    const next = items.next();
    writer.write(Buffer.from('de'));
    expect((await next).value).toEqual({ type: 'bytes', bytes: Buffer.from('de') });
  });

  it('keeps an object that is sent twice once', async () => {
    const series = (await open()).create<string, string>('key', OWNER);
    for (const text of ['one', 'two']) {
      const writer = series.begin({ id: 'a', info: '' });
      writer.write(Buffer.from(text));
      expect(writer.end()).toBe(true);
    }
    series.settle('done');
    expect((await readAll(series.reader())).whole).toEqual([{ id: 'a', digest: digest(Buffer.from('one')) }]);
  });

  it('is an error to create twice under one key', async () => {
    const spool = await open();
    spool.create('key', OWNER);
    expect(() => spool.create('key', OWNER)).toThrow(RangeError);
  });
});

describe('an object that is broken off', () => {
  const bytes = pattern(900_000, 3);

  async function broken(kept: number) {
    const spool = await open({ memoryBytes: 0 });
    const series = spool.create<string, string>('key', OWNER);
    const inside = readAll(series.reader());
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(bytes.subarray(0, kept));
    await turn();
    await turn();
    writer.breakOff();
    const other = series.begin({ id: 'b', info: '' });
    other.write(Buffer.from('b'));
    other.end();
    return { series, inside };
  }
  const whole = { id: 'a', digest: digest(bytes) };
  const b = { id: 'b', digest: digest(Buffer.from('b')) };

  it('goes on for its readers when it comes again the same', async () => {
    const { series, inside } = await broken(600_000);
    const again = series.begin({ id: 'a', info: '' });
    for (let at = 0; at < bytes.length; at += 50_000) {
      again.write(bytes.subarray(at, at + 50_000));
      await turn();
    }
    again.end();
    series.settle('done');
    expect(await inside).toEqual({ whole: [whole, b], half: undefined, end: 'settled done' });
    expect(await readAll(series.reader())).toEqual({ whole: [b, whole], half: undefined, end: 'settled done' });
  });

  it('ends its readers when it comes again otherwise, and only them', async () => {
    const { series, inside } = await broken(600_000);
    const otherwise = Buffer.from(bytes);
    otherwise[599_999] = (otherwise[599_999] ?? 0) ^ 1;
    const again = series.begin({ id: 'a', info: '' });
    again.write(otherwise);
    again.end();
    expect(await inside).toMatchObject({ whole: [], half: { id: 'a', length: 600_000 }, end: 'truncated' });
    series.settle('done');
    expect((await readAll(series.reader())).whole).toEqual([b, { id: 'a', digest: digest(otherwise) }]);
  });

  it('ends its readers when the series is settled without it; the others are told by the outcome', async () => {
    const { series, inside } = await broken(1000);
    series.settle('incomplete');
    expect(await inside).toMatchObject({ whole: [], half: { id: 'a', length: 1000 }, end: 'truncated' });
    expect(await readAll(series.reader())).toEqual({ whole: [b], half: undefined, end: 'settled incomplete' });
  });

  it('may break again before it has caught up, and again after', async () => {
    const { series, inside } = await broken(600_000);
    for (const length of [1000, 700_000, 900_000]) {
      const again = series.begin({ id: 'a', info: '' });
      again.write(bytes.subarray(0, length));
      await turn();
      if (length < bytes.length) again.breakOff();
      else again.end();
    }
    series.settle('done');
    expect(await inside).toMatchObject({ whole: [whole, b], end: 'settled done' });
  });
});

it('random series read as they were written, whatever the order, the breaks and the pace', async () => {
  let state = 20261123;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  for (let round = 0; round < 12; round++) {
    const spool = await open({ memoryBytes: random(3) * 200_000 });
    const series = spool.create<string, string>('key', OWNER);
    const objects = Array.from({ length: 1 + random(12) }, (_, index) =>
      pattern(random(5) === 0 ? 0 : random(800_000), round * 100 + index),
    );
    const readers: Promise<Given>[] = [];
    const join = (): void => {
      const slow = random(3);
      readers.push(readAll(series.reader(), async () => (slow === 0 ? undefined : turn())));
    };
    join();
    const send = async (bytes: Buffer, id: string): Promise<void> => {
      for (let attempt = 0; ; attempt++) {
        const writer = series.begin({ id, info: '' });
        const upTo = attempt < 2 && random(4) === 0 ? random(bytes.length + 1) : bytes.length;
        for (let at = 0; at < upTo;) {
          const size = 1 + random(150_000);
          writer.write(bytes.subarray(at, Math.min(at + size, upTo)));
          at += size;
          await turn();
        }
        if (upTo === bytes.length && attempt > 0) {
          writer.end();
          return;
        }
        if (upTo === bytes.length) return void writer.end();
        writer.breakOff();
      }
    };
    // Two associations at once.
    const queue = [...objects.entries()];
    const association = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await send(next[1], `object-${next[0]}`);
        if (random(4) === 0) join();
      }
    };
    await Promise.all([association(), association()]);
    series.settle('done');
    join();
    const expected = objects.map((bytes, index) => ({ id: `object-${index}`, digest: digest(bytes) }));
    for (const given of await Promise.all(readers)) {
      expect(given.end).toBe('settled done');
      expect(given.half).toBeUndefined();
      expect(given.whole.toSorted((a, b) => Number(a.id.slice(7)) - Number(b.id.slice(7)))).toEqual(expected);
    }
  }
});

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
    expect(fill(spool, 'ours', MEBIBYTE, small).flowing).toBe(false);
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
  it('that takes nothing while bytes wait for it is cut, told and counted', async () => {
    const spool = await open({ floorBytesPerSecond: 1000, floorGraceSeconds: 0.1 });
    const series = spool.create<string, string>('key', OWNER);
    const counts: number[] = [];
    series.onReaders((readers) => counts.push(readers));
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(Buffer.alloc(500_000));
    const reader = series.reader();
    const items = reader[Symbol.asyncIterator]() as AsyncIterator<Item>;
    await items.next();
    await new Promise<void>((resolve) => reader.cut.addEventListener('abort', () => resolve()));
    expect((await items.next()).value).toEqual({ type: 'cut' });
    expect((await items.next()).done).toBe(true);
    expect(spool.usage()).toMatchObject({ readers: 0, cut: 1 });
    expect(counts).toEqual([1, 0]);
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

describe('on disk', () => {
  /** The nameless files of a spool, by the links of this process. */
  const packs = (spoolDirectory: string): string[] =>
    readdirSync('/proc/self/fd')
      .map((fd) => `/proc/self/fd/${fd}`)
      .filter((link) => {
        try {
          return readlinkSync(link).startsWith(join(spoolDirectory, 'pack-'));
        } catch {
          return false;
        }
      });
  const text = Buffer.from('PATIENT^ANNA '.repeat(100_000));

  async function written() {
    const spoolDirectory = join(directory, String(Math.random()).slice(2));
    const spool = await open({ directory: spoolDirectory, memoryBytes: 0 });
    const series = spool.create<string, string>('key', OWNER);
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(text);
    writer.end();
    series.settle('done');
    expect((await readAll(series.reader())).whole).toEqual([{ id: 'a', digest: digest(text) }]);
    const [pack = ''] = await eventually(() => {
      const found = packs(spoolDirectory);
      expect(
        found.map((link) => statSync(link).size >= text.length && readlinkSync(link).endsWith('(deleted)')),
      ).toEqual([true]);
      return found;
    });
    return { spool, series, spoolDirectory, pack };
  }

  it('nothing can be read, and no file has a name', async () => {
    const { spoolDirectory, pack } = await written();
    expect(readdirSync(spoolDirectory)).toEqual(['drimbox-spool']);
    expect(statSync(spoolDirectory).mode & 0o777).toBe(0o700);
    const fd = openSync(pack, 'r');
    const bytes = Buffer.alloc(fstatSync(fd).size);
    readSync(fd, bytes, 0, bytes.length, 0);
    closeSync(fd);
    expect(bytes.length).toBeGreaterThan(text.length);
    expect(bytes.includes('PATIENT')).toBe(false);
  });

  it('what was changed is not given', async () => {
    const { series, pack } = await written();
    const fd = openSync(pack, 'r+');
    writeSync(fd, Buffer.from([1, 2, 3]), 0, 3, 20_000);
    closeSync(fd);
    const given = await readAll(series.reader());
    expect(given).toMatchObject({ whole: [], end: 'truncated' });
  });

  it('files are closed when their series is', async () => {
    const { series, spoolDirectory } = await written();
    series.remove();
    await turn();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(packs(spoolDirectory)).toEqual([]);
  });

  it('what an earlier run left is wiped, and what is not the spool’s is refused', async () => {
    const { spool, spoolDirectory } = await written();
    await spool.close();
    writeFileSync(join(spoolDirectory, 'pack-1'), 'left behind');
    await open({ directory: spoolDirectory });
    expect(readdirSync(spoolDirectory)).toEqual(['drimbox-spool']);
    const foreign = join(directory, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.txt'), 'mine');
    await expect(open({ directory: foreign })).rejects.toThrow('not the spool');
    expect(readdirSync(foreign)).toEqual(['thesis.txt']);
  });

  it('that fails, an object is not said to be kept, and its readers are not told that it is whole', async () => {
    const spoolDirectory = join(directory, 'failing');
    const spool = await open({ directory: spoolDirectory });
    rmSync(spoolDirectory, { recursive: true });
    const series = spool.create<string, string>('key', OWNER);
    const reading = readAll(series.reader());
    const writer = series.begin({ id: 'a', info: '' });
    writer.write(Buffer.alloc(600_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    writer.write(Buffer.alloc(10));
    expect(writer.end()).toBe(false);
    series.settle('failed');
    expect(await reading).toMatchObject({ whole: [], end: 'truncated' });
    series.remove();
    expect(spool.usage()).toMatchObject({ bytes: 0, series: 0 });
  });
});

it('a spool that is closed ends its readers', async () => {
  const spool = await open();
  const series = spool.create<string, string>('key', OWNER);
  const reading = readAll(series.reader());
  series.begin({ id: 'a', info: '' }).write(Buffer.from('abc'));
  await turn();
  await spool.close();
  expect((await reading).end).toBe('truncated');
});
