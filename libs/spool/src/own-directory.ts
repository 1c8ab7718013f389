import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Says that a folder belongs to a spool and may be emptied. */
const MARKER = 'drimbox-spool';
const MARKER_TEXT = 'This folder belongs to a DRIMbox spool: everything in it is deleted at each start.\n';

/**
 * Takes a folder for itself: made when missing, emptied when an earlier spool left something in it.
 * @throws Error when it holds what no spool has put there.
 */
export async function takeDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = await readdir(directory);
  const ours = await readFile(join(directory, MARKER), 'utf8').catch(() => undefined);
  if (names.length > 0 && ours !== MARKER_TEXT)
    throw new Error('the spool folder holds files that are not the spool’s');
  for (const name of names) await rm(join(directory, name), { recursive: true });
  await writeFile(join(directory, MARKER), MARKER_TEXT, { mode: 0o600 });
}
