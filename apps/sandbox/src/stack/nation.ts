import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, type ManagedProcess, startProcess } from '@drimbox/supervisor';
import { issue } from '../pki/authority.js';
import { authorityBundle, writeStore } from '../pki/store.js';
import type { PublishedEntry } from '../white-list/list-form.js';
import { type Authorities, makeAuthorities, operatorDnOf, pscClientIdOf } from './certificates.js';
import { DRIMBOX_A, DRIMBOX_B, fqdnsOf, type SandboxDrimbox, type SandboxSite, structuresOf } from './sites.js';

/** What every DRIMbox of the country meets: the authorities of its certificates, the DMP, and who is trusted. */
export interface Nation extends Authorities {
  readonly dmp: { readonly process: ManagedProcess; readonly url: string; readonly deskUrl: string };
  /** Only where images are exchanged. */
  readonly exchange?: Exchange;
  stop(): Promise<void>;
}

/** The white list of the ANS, Pro Santé Connect and FranceConnect+, each with its desk. */
export interface Exchange {
  readonly whiteList: {
    readonly process: ManagedProcess;
    readonly listUrl: string;
    readonly crlUrls: readonly string[];
    readonly deskUrl: string;
  };
  readonly psc: {
    readonly process: ManagedProcess;
    readonly issuer: string;
    readonly discoveryUrl: string;
    readonly deskUrl: string;
  };
  readonly franceConnect: {
    readonly process: ManagedProcess;
    readonly issuer: string;
    readonly discoveryUrl: string;
    readonly deskUrl: string;
  };
  /** PEM of IGC-Santé: who vouches for the servers of all. */
  readonly caFile: string;
}

export interface NationOptions {
  readonly dir: string;
  /** Sites of every DRIMbox that will feed the DMP. */
  readonly sites: readonly SandboxSite[];
  /** Folder of the XDS schemas, when the official samples are on this machine. */
  readonly xsdDir?: string | undefined;
  /** The white list and Pro Santé Connect, for these DRIMboxes. */
  readonly exchange?: readonly SandboxDrimbox[] | undefined;
}

/** Both of the sandbox: the one that is started, and the one it exchanges with. */
export const DRIMBOXES: readonly SandboxDrimbox[] = [DRIMBOX_A, DRIMBOX_B];

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

export async function startNation({ dir, sites, xsdDir, exchange: drimboxes }: NationOptions): Promise<Nation> {
  const authorities = await makeAuthorities();
  const processes = new Processes(dir);
  try {
    const dmp = await startDmp(dir, authorities, xsdDir, sites, processes);
    const exchange = drimboxes && (await startExchange(dir, authorities, drimboxes, processes));
    return { ...authorities, dmp, ...(exchange && { exchange }), stop: () => processes.stop() };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

/** Processes of the country: all of them end together, those that were still starting too. */
class Processes {
  private readonly started: Promise<ManagedProcess>[] = [];

  constructor(private readonly dir: string) {}

  start(name: string, script: string, env: Record<string, string | undefined>): Promise<ManagedProcess> {
    const process = startProcess({
      name: `${name} sandbox`,
      command: globalThis.process.execPath,
      args: ['--enable-source-maps', join(REPOSITORY, `apps/sandbox/dist/${script}/main.js`)],
      env,
      logFile: join(this.dir, `${script}.log`),
      ready: { jsonLine: true },
    });
    this.started.push(process);
    return process;
  }

  async stop(): Promise<void> {
    const started = await Promise.allSettled(this.started);
    await Promise.all(started.flatMap((one) => (one.status === 'fulfilled' ? [one.value.stop()] : [])));
  }
}

async function startDmp(
  dir: string,
  { igc }: Authorities,
  xsdDir: string | undefined,
  sites: readonly SandboxSite[],
  processes: Processes,
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
  const dmp = await processes.start('DMP', 'dmp', {
    DMP_PORT: String(port),
    DMP_DESK_PORT: String(deskPort),
    DMP_PKI_DIR: pkiDir,
    DMP_JOURNAL: join(dir, 'dmp.jsonl'),
    DMP_EJ_OF: JSON.stringify(legalEntities),
    DMP_XSD_DIR: xsdDir,
  });
  return { process: dmp, url: `https://localhost:${port}`, deskUrl: `http://127.0.0.1:${deskPort}` };
}

async function startExchange(
  dir: string,
  authorities: Authorities,
  drimboxes: readonly SandboxDrimbox[],
  processes: Processes,
): Promise<Exchange> {
  const { igc } = authorities;
  const caFile = join(dir, 'pki', 'igc.pem');
  const names = ['localhost', '127.0.0.1'];
  const pscDir = join(dir, 'pki', 'psc');
  const server = await issue(igc, 'SERV_SSL', { commonName: 'psc.sandbox.test', structure: '1990000000', names });
  await writeStore(pscDir, { authority: igc, certificates: { psc: server } });
  const fcDir = join(dir, 'pki', 'fc');
  const fcServer = await issue(igc, 'SERV_SSL', { commonName: 'fc.sandbox.test', structure: '1990000000', names });
  await writeStore(fcDir, { authority: igc, certificates: { fc: fcServer } });
  await writeFile(caFile, authorityBundle(igc));
  // The publisher signs lists and revocations: it takes the whole authority.
  const authorityFile = join(dir, 'pki', 'igc.json');
  await writeFile(authorityFile, JSON.stringify(igc), { mode: 0o600 });
  const [list, psc, franceConnect] = await Promise.all([
    processes.start('white list', 'white-list', {
      WHITE_LIST_AUTHORITY_FILE: authorityFile,
      WHITE_LIST_ENTRIES: JSON.stringify(drimboxes.flatMap(entriesOf)),
    }),
    processes.start('Pro Santé Connect', 'psc', {
      PSC_PKI_DIR: pscDir,
      PSC_CLIENTS: JSON.stringify(
        drimboxes.map((drimbox) => ({ clientId: pscClientIdOf(drimbox), redirectUris: ['https://localhost/retour'] })),
      ),
    }),
    processes.start('FranceConnect+', 'france-connect', { FC_PKI_DIR: fcDir }),
  ]);
  const told = <T>(process: ManagedProcess): T => process.ready as T;
  return {
    whiteList: { process: list, ...told<Omit<Exchange['whiteList'], 'process'>>(list) },
    psc: { process: psc, ...told<Omit<Exchange['psc'], 'process'>>(psc) },
    franceConnect: { process: franceConnect, ...told<Omit<Exchange['franceConnect'], 'process'>>(franceConnect) },
    caFile,
  };
}

/** What the ANS lists of a DRIMbox: each `db` FQDN and the DN of the certificate that serves it. */
export const entriesOf = (drimbox: SandboxDrimbox): PublishedEntry[] =>
  drimbox.sites.map((_, index) => {
    const { db, vi } = fqdnsOf(drimbox, index + 1);
    return { db, vi, operator: drimbox.operator.name, dn: operatorDnOf(drimbox, db) };
  });
