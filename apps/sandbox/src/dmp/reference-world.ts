import { createAuthority, issue, revoke } from '../pki/authority.js';
import type { Authority, IssuedCertificate, Subject } from '../pki/authority.js';
import { authorityBundle } from '../pki/store.js';
import type { LedgerLine } from './ledger.js';
import type { DmpPki } from './pki.js';
import { buildSubmission, send } from './reference-client.js';
import type { Bends, Message, Organisation, Reply } from './reference-client.js';
import { buildDeletion } from './reference-registry.js';
import { startDmp } from './server.js';
import type { DmpOptions, RunningDmp } from './server.js';

export const STRUCTURE = '310000000000017';
export const OTHER_STRUCTURE = '310000000000025';
/** A geographic structure that may act under the certificate of STRUCTURE. */
export const GEOGRAPHIC = '1750000010';

/** A DMP, and certificates in and out of order. */
export interface World {
  readonly dmp: RunningDmp;
  readonly pki: DmpPki;
  /** The structure that is in order. */
  readonly org: Organisation;
  /** Another structure of the same IGC. */
  readonly other: Organisation;
  /** The same names from another IGC. */
  readonly stranger: Organisation;
  readonly revokedAuth: IssuedCertificate;
  readonly revokedSeal: IssuedCertificate;
  readonly servSsl: IssuedCertificate;
  readonly serverOnly: IssuedCertificate;
}

const dnOf = (structure: string, name: string): Subject => ({
  commonName: 'DRIMbox',
  structure,
  organisation: name,
  department: "Côte-d'Or (21)",
});

const createOrganisation = async (igc: Authority, structure: string, name: string): Promise<Organisation> => {
  const dn = dnOf(structure, name);
  const [auth, seal] = await Promise.all([issue(igc, 'ORG_AUTH_CLI', dn), issue(igc, 'ORG_SIGN', dn)]);
  return { structure, name, auth, seal, authorities: authorityBundle(igc) };
};

export const createWorld = async (options: Omit<DmpOptions, 'pki'> = {}): Promise<World> => {
  const [igc, foreign] = await Promise.all([createAuthority('igc'), createAuthority('igc')]);
  const dn = dnOf(STRUCTURE, 'CABINET, UN');
  const [org, other, alien, revokedAuth, revokedSeal, servSsl, serverOnly, server] = await Promise.all([
    createOrganisation(igc, STRUCTURE, 'CABINET, UN'),
    createOrganisation(igc, OTHER_STRUCTURE, 'CABINET DEUX'),
    createOrganisation(foreign, STRUCTURE, 'CABINET, UN'),
    issue(igc, 'ORG_AUTH_CLI', dn),
    issue(igc, 'ORG_SIGN', dn),
    issue(igc, 'SERV_SSL', { ...dn, names: ['localhost'] }),
    issue(igc, 'SERV_ONLY', { ...dn, names: ['localhost'] }),
    issue(igc, 'SERV_SSL', { commonName: 'localhost', names: ['localhost'] }),
  ]);
  const final = await revoke(await revoke(igc, revokedAuth.serialNumber), revokedSeal.serialNumber);
  const pki = {
    authorities: authorityBundle(final),
    crls: final.crls.join('\n'),
    certificate: server.chain,
    key: server.key,
  };
  const dmp = await startDmp({ ejOf: { [GEOGRAPHIC]: STRUCTURE }, ...options, pki });
  const stranger = { ...alien, authorities: org.authorities };
  return { dmp, pki, org, other, stranger, revokedAuth, revokedSeal, servSsl, serverOnly };
};

/** Builds and sends a submission of the structure in order. */
export const submit = async ({ dmp, org }: World, bends: Bends = {}): Promise<Reply> =>
  send(`${dmp.url}/repository`, org, await buildSubmission(org, bends));

/** Publishes a KOS; the entry is as the DMP registered it. */
export const publish = async (
  world: World,
  bends: Bends = {},
): Promise<{ readonly facts: Message['facts']; readonly entry: ShownEntry }> => {
  const message = await buildSubmission(world.org, bends);
  const { codes } = await send(`${world.dmp.url}/repository`, world.org, message);
  if (codes.length > 0) throw new Error(`not published: ${codes.join()}`);
  return { facts: message.facts, entry: await entryOf(world, message.facts.kosUid) };
};

/** Builds and sends a deletion by the structure in order. */
export const deleteEntry = async ({ dmp, org }: World, entryUuid: string, bends: Bends = {}): Promise<Reply> =>
  send(`${dmp.url}/registry`, org, await buildDeletion(org, entryUuid, bends));

/** What the desk shows of an entry, as far as its life goes. */
export interface ShownEntry {
  readonly uniqueId: string;
  readonly entryUuid: string;
  readonly logicalId: string;
  readonly version: number;
  readonly status: string;
  readonly replacedBy?: string;
}

const desk = async <T>({ dmp }: World, path: string): Promise<T> =>
  (await (await fetch(`${dmp.deskUrl}${path}`)).json()) as T;

export const ledgerOf = (world: World): Promise<LedgerLine[]> => desk<LedgerLine[]>(world, '/submissions');

export const lastLine = async (world: World): Promise<LedgerLine> => (await ledgerOf(world)).at(-1)!;

export const uniqueIdsOf = async (world: World): Promise<string[]> =>
  (await entriesOf(world)).map(({ uniqueId }) => uniqueId);

export const entriesOf = (world: World): Promise<ShownEntry[]> => desk<ShownEntry[]>(world, '/entries');

export const entryOf = async (world: World, uniqueId: string): Promise<ShownEntry> =>
  (await entriesOf(world)).find((entry) => entry.uniqueId === uniqueId)!;

/** Something that happens in the DMP without the gateway; the value is the HTTP status. */
export const byOthers = async ({ dmp }: World, uniqueId: string, act: 'touch' | 'delete'): Promise<number> =>
  (await fetch(`${dmp.deskUrl}/entries/${uniqueId}/${act}`, { method: 'POST' })).status;
