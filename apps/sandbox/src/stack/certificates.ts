import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DESKS, PROBES, SERVICES } from '@drimbox/contracts';
import { type Authority, createAuthority, issue, type IssuedCertificate } from '../pki/authority.js';
import { authorityBundle, serviceNames, writeStore } from '../pki/store.js';
import {
  authCertificateOf,
  dbCertificateOf,
  DRIMBOX_A,
  fqdnsOf,
  type SandboxDrimbox,
  type SandboxSite,
  signCertificateOf,
  structuresOf,
  viCertificateOf,
} from './sites.js';

/** NATS has its own server certificate; `operator` installs streams and durables, which services may not. */
export const INTERNAL_IDENTITIES = [...SERVICES, ...DESKS, ...PROBES, 'nats', 'operator'] as const;

/** The authorities of the country: IGC-Santé, and that of public web servers (`vi` FQDN). */
export interface Authorities {
  readonly igc: Authority;
  readonly market: Authority;
}

/** Couple with which a DRIMbox calls Pro Santé Connect: ORG AUTH_CLI, CN its Client_ID (identity-security §1.2). */
export const PSC_CERTIFICATE = 'psc-client';
export const pscClientIdOf = ({ letter }: SandboxDrimbox): string => `drimbox-sandbox-${letter}`;

/** DN of the certificate of a `db` FQDN as the white list writes it, most specific first (drimbox-rules §12). */
export const operatorDnOf = ({ operator: { id, name, department } }: SandboxDrimbox, db: string): string =>
  `CN=${db},OU=${id},O=${name},ST=${department},C=FR`;

export interface Certificates extends Authorities {
  readonly internal: Authority;
  /** One folder per internal identity: ca.pem, cert.pem, key.pem. */
  readonly internalDir: (identity: (typeof INTERNAL_IDENTITIES)[number]) => string;
  /** The certificate store of kos-publisher: one AUTH_CLI and one SIGN couple per structure. */
  readonly storeDir: string;
  /** That of wado-gateway: SERV_SSL of each `db` FQDN, the couple for Pro Santé Connect. */
  readonly exchangeDir: string;
  /** That of source-viewer: a couple of each `vi` FQDN, and the one for Pro Santé Connect. */
  readonly viewerDir: string;
}

export async function makeAuthorities(): Promise<Authorities> {
  const [igc, market] = await Promise.all([createAuthority('igc'), createAuthority('internal')]);
  return { igc, market };
}

/** Makes the inner authority of a DRIMbox and every certificate it holds, below `dir`. */
export async function makeCertificates(
  dir: string,
  sites: readonly SandboxSite[],
  authorities: Authorities,
  drimbox: SandboxDrimbox = DRIMBOX_A,
): Promise<Certificates> {
  const { igc, market } = authorities;
  const internal = await createAuthority('internal');
  const internalDir = (identity: string): string => join(dir, 'internal', identity);
  const [storeDir, exchangeDir, viewerDir] = [join(dir, 'store'), join(dir, 'exchange'), join(dir, 'viewer')];
  await Promise.all([
    ...INTERNAL_IDENTITIES.map((identity) => writeInternal(internalDir(identity), internal, identity)),
    structureCertificates(igc, sites).then((certificates) => writeStore(storeDir, { authority: igc, certificates })),
    exchangeCertificates(igc, sites, drimbox).then((certificates) =>
      writeStore(exchangeDir, { authority: igc, certificates }),
    ),
    viewerCertificates({ igc, market }, sites, drimbox).then((certificates) =>
      writeStore(viewerDir, { authority: market, certificates }),
    ),
  ]);
  return { igc, market, internal, internalDir, storeDir, exchangeDir, viewerDir };
}

async function writeInternal(dir: string, authority: Authority, identity: string): Promise<void> {
  const { chain, key } = await issue(authority, 'SERVICE', { commonName: identity, names: serviceNames(identity) });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await Promise.all([
    writeFile(join(dir, 'ca.pem'), authorityBundle(authority)),
    writeFile(join(dir, 'cert.pem'), chain),
    writeFile(join(dir, 'key.pem'), key, { mode: 0o600 }),
  ]);
}

type Couples = Record<string, IssuedCertificate>;

/** Each `db` FQDN in the operator's name, for both directions of TLS (S1 §2.5). */
async function exchangeCertificates(
  igc: Authority,
  sites: readonly SandboxSite[],
  drimbox: SandboxDrimbox,
): Promise<Couples> {
  const { id: structure, name: organisation, department } = drimbox.operator;
  const operator = { structure, organisation, department };
  const couples = await Promise.all([
    ...sites.map(async (site, index) => {
      const { db } = fqdnsOf(drimbox, index + 1);
      return [
        dbCertificateOf(site),
        await issue(igc, 'SERV_SSL', { commonName: db, ...operator, names: [db] }),
      ] as const;
    }),
    issue(igc, 'ORG_AUTH_CLI', { commonName: pscClientIdOf(drimbox), ...operator }).then(
      (issued) => [PSC_CERTIFICATE, issued] as const,
    ),
  ]);
  return Object.fromEntries(couples);
}

async function viewerCertificates(
  { igc, market }: Authorities,
  sites: readonly SandboxSite[],
  drimbox: SandboxDrimbox,
): Promise<Couples> {
  const couples = await Promise.all(
    sites.map(async (site, index) => {
      const { vi } = fqdnsOf(drimbox, index + 1);
      return [viCertificateOf(site), await issue(market, 'SERVICE', { commonName: vi, names: [vi] })] as const;
    }),
  );
  const { id: structure, name: organisation, department } = drimbox.operator;
  const psc = await issue(igc, 'ORG_AUTH_CLI', {
    commonName: pscClientIdOf(drimbox),
    structure,
    organisation,
    department,
  });
  return Object.fromEntries([...couples, [PSC_CERTIFICATE, psc] as const]);
}

/** In EJ/EG mode the certificates are those of the legal entity (FAQ-7), one couple for all its structures. */
async function structureCertificates(igc: Authority, sites: readonly SandboxSite[]): Promise<Couples> {
  const holders = sites.flatMap((site) =>
    site.legalEntity
      ? [{ site, holder: site.legalEntity, structure: site.structure }]
      : structuresOf(site).map((structure) => ({ site, holder: structure, structure })),
  );
  const couples = await Promise.all(
    holders.map(async ({ site, holder, structure }) => {
      const name = site.letter.toUpperCase();
      const subject = { structure: holder.id, organisation: holder.name };
      const [auth, sign] = await Promise.all([
        issue(igc, 'ORG_AUTH_CLI', { commonName: `DRIMBOX-${name}`, ...subject }),
        issue(igc, 'ORG_SIGN', { commonName: `CACHET-${name}`, ...subject }),
      ]);
      return [
        [authCertificateOf(site, structure), auth],
        [signCertificateOf(site, structure), sign],
      ] as const;
    }),
  );
  return Object.fromEntries(couples.flat());
}
