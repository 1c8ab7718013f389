import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type OrthancServer, startOrthanc } from '@drimbox/supervisor';
import type { DataSet } from '../common/data-sets.js';
import { type Streamed, streamed } from './stream-client.js';

/** As Debian's package orthanc-dicomweb installs it. */
export const DICOM_WEB_PLUGIN =
  process.env['DRIMBOX_ORTHANC_DICOMWEB'] ?? '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** Orthanc's own WADO-RS, from its own store, over plain HTTP; undefined where its plugin is not installed. */
export async function startOrthancWeb(
  dir: string,
  started: (part: { stop(): Promise<unknown> }) => void,
): Promise<OrthancServer | undefined> {
  if (!existsSync(DICOM_WEB_PLUGIN)) return undefined;
  const server = await startOrthanc({ dir: join(dir, 'orthanc-web'), aet: 'ORTHANCWEB', plugins: [DICOM_WEB_PLUGIN] });
  started(server);
  return server;
}

/**
 * The series as it is stored: `*`. Never a compressed syntax by name, for which Orthanc 1.10 with its plugin 1.7 crashes.
 */
export async function streamFromOrthanc(server: OrthancServer, { study, series, objects }: DataSet): Promise<Streamed> {
  const from = performance.now();
  const asked = new Promise<IncomingMessage>((resolve, reject) => {
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
    get(
      `${server.restUrl}/dicom-web/studies/${study}/series/${series}`,
      { agent: false, headers: { accept } },
      resolve,
    ).on('error', reject);
  });
  const got = await streamed(asked, from);
  if (!got.whole || got.parts !== objects.length)
    throw new Error(`Orthanc: status ${got.status}, ${got.parts} of ${objects.length} objects ${got.said}`);
  return got;
}
