import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs of dcmtk that compress a file, with their options. */
const COMPRESSORS = {
  'jpeg-ls': ['dcmcjpls', '+el'],
  'jpeg-lossless': ['dcmcjpeg', '+e1'],
  /** Lossy; RGB becomes YBR_FULL_422. */
  jpeg: ['dcmcjpeg', '+eb'],
  rle: ['dcmcrle'],
} as const;
export type Compressor = keyof typeof COMPRESSORS;

export const compressed = (file: Buffer, by: Compressor): Promise<Buffer> => throughDcmtk(file, COMPRESSORS[by]);

/** What dcmtk shows of an object, as raw 8-bit PGM or PPM. */
export function renderedByDcmtk(file: Buffer, by: Compressor | undefined, options: readonly string[]): Promise<Buffer> {
  const program = { jpeg: 'dcmj2pnm', 'jpeg-lossless': 'dcmj2pnm', 'jpeg-ls': 'dcml2pnm', rle: 'dcm2pnm' }[by ?? 'rle'];
  return throughDcmtk(file, [program, ...options]);
}

async function throughDcmtk(file: Buffer, [program = '', ...options]: readonly string[]): Promise<Buffer> {
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

/** Samples of a PGM or PPM at a place. @throws when it is none of 8 bits. */
export function pixelOfPnm(pnm: Buffer, x: number, y: number): number[] {
  const head = /^P([56])\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s/.exec(pnm.toString('latin1', 0, 200));
  if (!head) throw new Error('no PNM of 8 bits');
  const samples = head[1] === '6' ? 3 : 1;
  const at = head[0].length + (y * Number(head[2]) + x) * samples;
  return [...pnm.subarray(at, at + samples)];
}

/** Errors that dicom3tools finds in a file. */
export async function errorsOf(file: string): Promise<string[]> {
  const said = await run('dciodvfy', ['-new', file]).catch((error: { stderr: string }) => error);
  return said.stderr.split('\n').filter((line) => line.startsWith('Error'));
}
