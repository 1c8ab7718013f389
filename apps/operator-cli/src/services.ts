import { readFile } from 'node:fs/promises';
import { peerVariable } from '@drimbox/service';
import { z } from 'zod';

/** Where kos-publisher answers, and pacs-bridge where it is known, and the folder of the operators' identity: `ca.pem`, `cert.pem`, `key.pem`, CN `admin`. */
export interface Services {
  readonly tlsDir: string;
  readonly publisherUrl: string;
  readonly bridgeUrl?: string | undefined;
}

export interface Given {
  readonly tlsDir?: string | undefined;
  readonly url?: string | undefined;
  readonly pacsUrl?: string | undefined;
}

export const TLS_VARIABLE = 'DRIMBOX_OPERATOR_TLS_DIR';
export const URL_VARIABLE = peerVariable('kos-publisher');
export const PACS_URL_VARIABLE = peerVariable('pacs-bridge');

/** What a quick start says of itself (`.drimbox/run.json`). */
const Run = z.object({
  operator: z.object({
    tlsDir: z.string(),
    services: z.object({ 'kos-publisher': z.url(), 'pacs-bridge': z.url().optional() }),
  }),
});

/** Flags first, then the environment, then the quick start that runs on this machine. */
export async function findServices(
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
  runFile: string,
): Promise<Services | undefined> {
  const tlsDir = given.tlsDir ?? env[TLS_VARIABLE];
  const url = given.url ?? env[URL_VARIABLE];
  const bridgeUrl = given.pacsUrl ?? env[PACS_URL_VARIABLE];
  if (tlsDir && url) return { tlsDir, publisherUrl: url, bridgeUrl };
  const run = await runningHere(runFile);
  return (
    run && {
      tlsDir: tlsDir ?? run.tlsDir,
      publisherUrl: url ?? run.publisherUrl,
      bridgeUrl: bridgeUrl ?? run.bridgeUrl,
    }
  );
}

async function runningHere(runFile: string): Promise<Services | undefined> {
  try {
    const { operator } = Run.parse(JSON.parse(await readFile(runFile, 'utf8')));
    return {
      tlsDir: operator.tlsDir,
      publisherUrl: operator.services['kos-publisher'],
      bridgeUrl: operator.services['pacs-bridge'],
    };
  } catch {
    return undefined; // nothing runs here
  }
}
