import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
  readSync,
  fstatSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@drimbox/testing';
import { MEBIBYTE, OWNER, digest, pattern, itemsOf, readAll, spools, turn } from './spool.for-spec.js';

const { directory, open } = spools();

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
    // The spool may not have been told yet that it is on disk: until then it is read from memory.
    await eventually(async () => expect(await readAll(series.reader())).toMatchObject({ whole: [], end: 'truncated' }));
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
    expect(series.shortOf).toBe('disk');
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

describe('a thread that dies', () => {
  it('is a disk that fails for what it was writing; the next series has another', async () => {
    const spool = await open({ memoryBytes: 0 });
    const dying = spool.create<string, string>('dying', OWNER);
    const reading = readAll(dying.reader());
    const writer = dying.begin({ id: 'a', info: '' });
    // Again until it dies with a full record on its way: it may have been quicker.
    while (dying.objects[0]?.state === 'arriving') {
      writer.write(pattern(MEBIBYTE, 1));
      await turn();
      await spool.thread.worker?.terminate();
      await turn();
    }
    expect(dying.objects).toMatchObject([{ state: 'broken' }]);
    expect(writer.end()).toBe(false);
    dying.settle('failed');
    expect(await reading).toMatchObject({ whole: [], end: 'truncated' });
    dying.remove();
    expect(spool.usage()).toMatchObject({ bytes: 0, series: 0 });

    const bytes = pattern(MEBIBYTE, 2);
    const next = spool.create<string, string>('next', OWNER);
    const again = next.begin({ id: 'b', info: '' });
    again.write(bytes);
    expect(again.end()).toBe(true);
    next.settle('done');
    expect(await readAll(next.reader(), turn)).toMatchObject({
      whole: [{ id: 'b', digest: digest(bytes) }],
      end: 'settled done',
    });
  });

  it('frees writers that wait for it', async () => {
    const spool = await open();
    const series = spool.create<string, string>('key', OWNER);
    const writer = series.begin({ id: 'a', info: '' });
    const told: string[] = [];
    writer.onDrain(() => told.push('drain'));
    expect(writer.write(Buffer.alloc(20 * MEBIBYTE))).toBe(false);
    // Again: the first may die before it was given anything, and then nothing is lost.
    while (told.length === 0) {
      await spool.thread.worker?.terminate();
      await turn();
    }
    expect(writer.end()).toBe(false);
  });
});

it('more than the slots of the thread hold makes the writer wait, and all of it gets to the disk', async () => {
  const spool = await open({ memoryBytes: 0 });
  const series = spool.create<string, string>('key', OWNER);
  const objects = Array.from({ length: 6 }, (_, index) => pattern(3 * MEBIBYTE + index * 10_001, index));
  const flowing: boolean[] = [];
  let drains = 0;
  for (const [index, bytes] of objects.entries()) {
    const writer = series.begin({ id: `object-${index}`, info: '' });
    writer.onDrain(() => (drains += 1));
    for (let at = 0; at < bytes.length; at += 64 * 1024) flowing.push(writer.write(bytes.subarray(at, at + 64 * 1024)));
    if (index < 5) writer.end();
    else await eventually(() => expect(drains).toBeGreaterThan(0));
  }
  expect(flowing[0]).toBe(true);
  expect(flowing.at(-1)).toBe(false);
  series.settle('done');
  const given = await readAll(series.reader());
  expect(given.whole.map((one) => one.digest)).toEqual(objects.slice(0, 5).map(digest));
});

it('slices that a reader has kept stay as they came, while more comes than the memory holds', async () => {
  const spool = await open({ memoryBytes: 0 });
  const series = spool.create<string, string>('key', OWNER);
  const bytes = pattern(6 * MEBIBYTE, 3);
  const kept: Buffer[] = [];
  const reading = (async () => {
    for await (const item of itemsOf(series.reader())) if (item.type === 'bytes') kept.push(item.bytes);
  })();
  const writer = series.begin({ id: 'a', info: '' });
  for (let at = 0, size = 1; at < bytes.length; at += size, size = ((size * 31) % 100_003) + 1) {
    writer.write(bytes.subarray(at, at + size));
    await turn();
  }
  writer.end();
  series.settle('done');
  await reading;
  expect(digest(Buffer.concat(kept))).toBe(digest(bytes));
});
