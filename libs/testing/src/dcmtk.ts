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
  /** Lossy; RGB becomes YBR_FULL_422. */
  jpeg: ['dcmcjpeg', '+eb'],
  'jpeg-12': ['dcmcjpeg', '+ee'],
  'jpeg-lossless': ['dcmcjpeg', '+e1'],
  rle: ['dcmcrle'],
} as const;
export type Compressor = keyof typeof COMPRESSORS;

/** A file as a program of dcmtk makes it of another. @param command the program and its options */
export async function throughDcmtk(
  file: Buffer,
  [program = '', ...options]: readonly string[],
): Promise<Buffer<ArrayBuffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'dcmtk-'));
  try {
    const [from, to] = [join(folder, 'in'), join(folder, 'out')];
    await writeFile(from, file);
    await run(program, [...options, from, to]);
    return await readFile(to);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const compressed = (file: Buffer, by: Compressor): Promise<Buffer<ArrayBuffer>> =>
  throughDcmtk(file, COMPRESSORS[by]);

/** What dcmtk shows of a file that `by` made, or of a native one, as 8-bit PGM or PPM. */
export function rendered(
  file: Buffer,
  by: Compressor | undefined,
  options: readonly string[],
): Promise<Buffer<ArrayBuffer>> {
  return throughDcmtk(file, [by === undefined ? 'dcm2pnm' : RENDERERS[by], ...options]);
}

const RENDERERS: Readonly<Record<Compressor, string>> = {
  'jpeg-ls': 'dcml2pnm',
  'jpeg-ls-near': 'dcml2pnm',
  jpeg: 'dcmj2pnm',
  'jpeg-12': 'dcmj2pnm',
  'jpeg-lossless': 'dcmj2pnm',
  rle: 'dcm2pnm',
};
