import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ManagedProcess, startProcess } from '@drimbox/supervisor';
import { issue } from '../pki/authority.js';
import { writeStore } from '../pki/store.js';
import { type Authorities, makeAuthorities } from './certificates.js';
import { type SandboxSite, structuresOf } from './sites.js';

/** What every DRIMbox of the country meets: the authorities of its certificates, and the DMP. */
export interface Nation extends Authorities {
  readonly dmp: { readonly process: ManagedProcess; readonly url: string; readonly deskUrl: string };
  stop(): Promise<void>;
}

export interface NationOptions {
  readonly dir: string;
  /** Sites of every DRIMbox that will feed the DMP. */
  readonly sites: readonly SandboxSite[];
  /** Folder of the XDS schemas, when the official samples are on this machine. */
  readonly xsdDir?: string | undefined;
}

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

export async function startNation({ dir, sites, xsdDir }: NationOptions): Promise<Nation> {
  const authorities = await makeAuthorities();
  const dmp = await startDmp(dir, authorities, xsdDir, sites);
  return { ...authorities, dmp, stop: async () => void (await dmp.process.stop()) };
}

async function startDmp(
  dir: string,
  { igc }: Authorities,
  xsdDir: string | undefined,
  sites: readonly SandboxSite[],
): Promise<Nation['dmp']> {
  const pkiDir = join(dir, 'pki', 'dmp');
  const names = ['localhost', '127.0.0.1', 'dmp.sandbox.test'];
  const server = await issue(igc, 'SERV_SSL', { commonName: 'dmp.sandbox.test', structure: '1990000000', names });
  await writeStore(pkiDir, { authority: igc, certificates: { dmp: server } });
  const [port, deskPort] = [await freePort(), await freePort()];
  // Geographic structures that act under the certificate of their legal entity (FAQ-7).
  const legalEntities = Object.fromEntries(
    sites.flatMap(({ legalEntity, ...site }) =>
      legalEntity ? structuresOf(site).map(({ id }) => [id, legalEntity.id]) : [],
    ),
  );
  const dmp = await startProcess({
    name: 'DMP sandbox',
    command: process.execPath,
    args: ['--enable-source-maps', join(REPOSITORY, 'apps/sandbox/dist/dmp/main.js')],
    env: {
      DMP_PORT: String(port),
      DMP_DESK_PORT: String(deskPort),
      DMP_PKI_DIR: pkiDir,
      DMP_JOURNAL: join(dir, 'dmp.jsonl'),
      DMP_EJ_OF: JSON.stringify(legalEntities),
      DMP_XSD_DIR: xsdDir,
    },
    logFile: join(dir, 'dmp.log'),
    ready: { jsonLine: true },
  });
  return { process: dmp, url: `https://localhost:${port}`, deskUrl: `http://127.0.0.1:${deskPort}` };
}
