import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const OHIF_VERSION = '3.13.2';
/** Of the published package, as npm tells it: what arrives must be that, byte for byte. */
const INTEGRITY = 'WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==';
const CACHE = fileURLToPath(new URL('../../../../../.drimbox/bench/ohif', import.meta.url));

const run = promisify(execFile);

/**
 * The folder of the built `@ohif/app`, fetched by npm the first time and kept below `.drimbox`. It is no dependency: 204 MB that
 * only this bench needs. @throws when npm cannot fetch it or when it is not the package that was published.
 */
export async function ohifSite(): Promise<string> {
  const site = join(CACHE, OHIF_VERSION);
  if (existsSync(join(site, 'index.html'))) return site;
  const work = join(CACHE, 'part');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const wanted = `@ohif/app@${OHIF_VERSION}`;
  await run('npm', ['pack', wanted, '--silent', '--ignore-scripts', '--pack-destination', work]);
  const archive = join(work, `ohif-app-${OHIF_VERSION}.tgz`);
  const digest = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (digest !== INTEGRITY) throw new Error(`${wanted} is not the package that was published`);
  await run('tar', ['--extract', '--gzip', '--file', archive, '--directory', work, 'package/dist']);
  await rename(join(work, 'package/dist'), site);
  await rm(work, { recursive: true });
  return site;
}
