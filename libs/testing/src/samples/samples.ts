import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Root of the repository: this file is two folders deep in libs/testing, as source and as build. */
const REPOSITORY = new URL('../../../../', import.meta.url);

/**
 * Folder of the official samples: `DRIMBOX_SAMPLES`, else `shared/samples` beside the repository. They are not part of
 * the repository; undefined when they are not on this machine.
 */
export function samplesDir(): string | undefined {
  const dir = process.env['DRIMBOX_SAMPLES'] ?? fileURLToPath(new URL('../shared/samples', REPOSITORY));
  return existsSync(dir) ? dir : undefined;
}

/** `describe` with the folder of the samples; reported as skipped on a machine without them. */
export function describeWithSamples(name: string, define: (dir: string) => void): void {
  const dir = samplesDir();
  if (dir === undefined) describe.skip(name, () => it('needs the official samples', () => undefined));
  else describe(name, () => define(dir));
}
