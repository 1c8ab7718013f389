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
import { OWNER, digest, readAll, spools, turn } from './spool.for-spec.js';

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
