import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@drimbox/testing';
import { ZipWriter } from './zip-writer.js';

const dir = tempDir();

async function* chunksOf(...chunks: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  yield* chunks;
}

/** What `unzip` makes of it: an implementation that is not ours. */
it('is read by another implementation, byte for byte', async () => {
  const parts: Buffer[] = [];
  const zip = new ZipWriter(async (buffers) => void parts.push(...buffers), new Date(2026, 0, 2, 3, 4, 6));
  const large = Buffer.alloc(3_000_000, 'DICM');
  await zip.add('DICOMDIR', chunksOf());
  await zip.add('DICOM/S0000001/I0000001', chunksOf(large.subarray(0, 1_000_001), large.subarray(1_000_001)));
  await zip.add('DICOM/S0000001/I0000002', chunksOf(Buffer.of(1, 2, 3)));
  await zip.end();
  const file = join(dir, 'a.zip');
  writeFileSync(file, Buffer.concat(parts));
  expect(zip.bytes).toBe(Buffer.concat(parts).length);
  expect(execFileSync('unzip', ['-tq', file], { encoding: 'utf8' })).toContain('No errors detected');
  execFileSync('unzip', ['-q', file, '-d', join(dir, 'out')]);
  expect(readFileSync(join(dir, 'out/DICOM/S0000001/I0000001')).equals(large)).toBe(true);
  expect([...readFileSync(join(dir, 'out/DICOM/S0000001/I0000002'))]).toEqual([1, 2, 3]);
  expect(readFileSync(join(dir, 'out/DICOMDIR'))).toHaveLength(0);
});

it.each(['../a', '/a', 'a', 'A//B', 'A B', ''])('refuses the name %p', async (name) => {
  const zip = new ZipWriter(async () => undefined, new Date(0));
  await expect(zip.add(name, chunksOf())).rejects.toThrow(RangeError);
});

it('a source that breaks off breaks the archive', async () => {
  const zip = new ZipWriter(async () => undefined, new Date(0));
  async function* broken(): AsyncGenerator<Buffer, void> {
    yield Buffer.alloc(10);
    throw new Error('the PACS has gone');
  }
  await expect(zip.add('A', broken())).rejects.toThrow('the PACS has gone');
});
