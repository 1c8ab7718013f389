import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs of dcmtk that compress a file, with their options. */
export const COMPRESSORS = {
  'jpeg-ls': ['dcmcjpls', '+el'],
  'jpeg-ls-near': ['dcmcjpls', '+en'],
  jpeg: ['dcmcjpeg', '+eb'],
  'jpeg-12': ['dcmcjpeg', '+ee'],
  'jpeg-lossless': ['dcmcjpeg', '+e1'],
  rle: ['dcmcrle'],
} as const;
export type Compressor = keyof typeof COMPRESSORS;

/** A file compressed by dcmtk. */
export async function compress(file: Buffer, compressor: Compressor): Promise<Buffer> {
  return convert(file, [...COMPRESSORS[compressor]]);
}

/** What dcmtk shows of a file that `compressor` made, as 8-bit PGM or PPM. */
export async function rendered(file: Buffer, compressor: Compressor, options: readonly string[]): Promise<Buffer> {
  const program = compressor === 'rle' ? 'dcm2pnm' : compressor.startsWith('jpeg-ls') ? 'dcml2pnm' : 'dcmj2pnm';
  return convert(file, [program, ...options]);
}

async function convert(file: Buffer, [program = '', ...options]: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'viewer-'));
  try {
    const [from, to] = [join(folder, 'in'), join(folder, 'out')];
    await writeFile(from, file);
    await run(program, [...options, from, to]);
    return await readFile(to);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
