import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { retrieve } from '../images/retrieve-client.js';
import type { Stack } from '../stack/stack.js';
import type { PlayedReport } from './play-report.js';

export interface FetchedSeries {
  readonly complete: boolean;
  /** One line for whoever reads the quick start. */
  readonly told: string;
}

/** One series out of the PACS of a site, asked of pacs-bridge as the doors of the product ask. */
export async function fetchSeries(
  stack: Stack,
  siteIndex: number,
  { study, firstSeries }: PlayedReport,
): Promise<FetchedSeries> {
  const dir = stack.certificates.internalDir('admin');
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(dir, name))));
  const link = `pacs-${stack.sites[siteIndex]?.letter ?? ''}`;
  if (!ca || !cert || !key) throw new Error('no identity of the operators');
  const door = { port: stack.around.ports['pacs-bridge'].http, tls: { ca, cert, key } };
  const wanted = { study, series: firstSeries.uid, purpose: 'viewer', flow: 'quick-start' } as const;
  const got = await retrieve(door, link, wanted);
  const complete = got.outcome?.outcome === 'complete' && got.objects.length === firstSeries.instances;
  const first =
    got.millisecondsToFirst === undefined ? '' : `, the first after ${Math.round(got.millisecondsToFirst)} ms`;
  return {
    complete,
    told: `${got.objects.length} of ${firstSeries.instances} images, ${Math.round(got.bytes / 1000)} kB in ${Math.round(got.milliseconds)} ms${first}`,
  };
}
