import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorityBundle } from '../pki/store.js';
import { makeCertificates } from '../stack/certificates.js';
import type { Nation } from '../stack/nation.js';
import { dbCertificateOf, type SandboxDrimbox } from '../stack/sites.js';
import type { WadoIdentity } from './wado-client.js';

/** A DRIMbox as a plain client: the couple of its first `db` FQDN, issued by the IGC-Santé of the country. */
export async function peerOf(dir: string, nation: Nation, drimbox: SandboxDrimbox): Promise<WadoIdentity> {
  const { exchangeDir } = await makeCertificates(dir, drimbox.sites, nation, drimbox);
  const [site] = drimbox.sites;
  if (!site) throw new Error(`DRIMbox ${drimbox.letter} has no site`);
  const [cert, key] = await Promise.all(
    ['cert', 'key'].map((kind) => readFile(join(exchangeDir, `${dbCertificateOf(site)}.${kind}.pem`))),
  );
  if (!cert || !key) throw new Error('no couple');
  return { ca: authorityBundle(nation.igc), cert, key };
}
