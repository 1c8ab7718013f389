import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runName } from '../../stack/servers.js';

const REPOSITORY = fileURLToPath(new URL('../../../../../', import.meta.url));

/**
 * Runs a bench in a folder of its own, which is gone afterwards unless `work` says `keep`; a failure or Ctrl-C ends it with
 * what it started.
 */
export async function inScratch(
  work: (dir: string, started: (part: { stop(): Promise<unknown> }) => void) => Promise<'keep' | void>,
): Promise<void> {
  const dir = join(REPOSITORY, '.drimbox', 'runs', runName());
  const parts: { stop(): Promise<unknown> }[] = [];
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`${signal} received`)));
  });
  let kept: 'keep' | void = undefined;
  await mkdir(dir, { recursive: true, mode: 0o711 });
  try {
    kept = await Promise.race([work(dir, (part) => parts.push(part)), interrupted]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  } finally {
    for (const part of parts.toReversed()) await part.stop();
    if (kept !== 'keep') await rm(dir, { recursive: true, force: true });
  }
}
