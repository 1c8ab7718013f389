import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Expected } from './data-sets.js';

/** The spool forgets a series when its last reader has left and its keep time, here none, is over. */
const FORGOTTEN_MS = 30;

export const forgotten = (): Promise<void> => sleep(FORGOTTEN_MS);

/** Every byte of it, as it was loaded. */
export function mustBeThe(expected: Expected, digests: readonly string[], who: string): void {
  const same = digests.length === expected.digests.length && digests.every((one, at) => one === expected.digests[at]);
  if (!same) throw new Error(`${who} has not received the bytes that were loaded`);
}

/** Retrievals of a study that the log of pacs-bridge has told of so far. */
export async function retrievalsIn(logFile: string, study: string): Promise<number> {
  const lines = (await readFile(logFile, 'utf8')).split('\n');
  return lines.filter((line) => line.includes('images.retrieved') && line.includes(`"${study}"`)).length;
}
