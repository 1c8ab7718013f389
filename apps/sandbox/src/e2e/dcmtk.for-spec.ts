import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

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
