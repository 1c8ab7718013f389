import { createAuthority, issue, revoke } from '../pki/authority.js';
import type { Authority, IssuedCertificate, Subject } from '../pki/authority.js';
import { authorityBundle } from '../pki/store.js';
import type { LedgerLine } from './ledger.js';
import type { DmpPki } from './pki.js';
import { buildSubmission, send } from './reference-client.js';
import type { Bends, Organisation, Reply } from './reference-client.js';
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

const desk = async <T>({ dmp }: World, path: string): Promise<T> =>
  (await (await fetch(`${dmp.deskUrl}${path}`)).json()) as T;

export const ledgerOf = (world: World): Promise<LedgerLine[]> => desk<LedgerLine[]>(world, '/submissions');

export const lastLine = async (world: World): Promise<LedgerLine> => (await ledgerOf(world)).at(-1)!;

export const uniqueIdsOf = async (world: World): Promise<string[]> =>
  (await desk<{ uniqueId: string }[]>(world, '/entries')).map(({ uniqueId }) => uniqueId);
