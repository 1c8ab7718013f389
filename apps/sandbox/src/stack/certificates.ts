import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DESKS, PROBES, SERVICES } from '@drimbox/contracts';
import { type Authority, createAuthority, issue } from '../pki/authority.js';
import { authorityBundle, serviceNames, writeStore } from '../pki/store.js';
import { authCertificateOf, type SandboxSite, signCertificateOf, structuresOf } from './sites.js';

/** NATS has its own server certificate; `operator` installs streams and durables, which services may not. */
export const INTERNAL_IDENTITIES = [...SERVICES, ...DESKS, ...PROBES, 'nats', 'operator'] as const;

export interface Certificates {
  readonly igc: Authority;
  readonly internal: Authority;
  /** One folder per internal identity: ca.pem, cert.pem, key.pem. */
  readonly internalDir: (identity: (typeof INTERNAL_IDENTITIES)[number]) => string;
  /** The certificate store of kos-publisher: one AUTH_CLI and one SIGN couple per structure. */
  readonly storeDir: string;
  /** PKI of the DMP: its server certificate and the anchors of its clients. */
  readonly dmpDir: string;
}

/** Makes the two authorities of the sandbox and every certificate of the stack below `dir`. */
export async function makeCertificates(dir: string, sites: readonly SandboxSite[]): Promise<Certificates> {
  const [igc, internal] = await Promise.all([createAuthority('igc'), createAuthority('internal')]);
  const internalDir = (identity: string): string => join(dir, 'internal', identity);
  const storeDir = join(dir, 'store');
  const dmpDir = join(dir, 'dmp');
  await Promise.all([
    ...INTERNAL_IDENTITIES.map((identity) => writeInternal(internalDir(identity), internal, identity)),
    structureCertificates(igc, sites).then((certificates) => writeStore(storeDir, { authority: igc, certificates })),
    issue(igc, 'SERV_SSL', {
      commonName: 'dmp.sandbox.test',
      structure: '1990000000',
      names: ['localhost', '127.0.0.1', 'dmp.sandbox.test'],
    }).then((server) => writeStore(dmpDir, { authority: igc, certificates: { dmp: server } })),
  ]);
  return { igc, internal, internalDir, storeDir, dmpDir };
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

/** In EJ/EG mode the certificates are those of the legal entity (FAQ-7), one couple for all its structures. */
async function structureCertificates(
  igc: Authority,
  sites: readonly SandboxSite[],
): Promise<Record<string, Awaited<ReturnType<typeof issue>>>> {
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
