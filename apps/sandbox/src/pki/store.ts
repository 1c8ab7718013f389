import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority, IssuedCertificate } from './authority.js';

export interface StoreContent {
  readonly authority: Authority;
  readonly certificates: Readonly<Record<string, IssuedCertificate>>;
}

/**
 * Writes a certificate store: `<name>.cert.pem` (leaf, intermediate), `<name>.key.pem` (0600), `ca.pem` (root, intermediate)
 * and `crl.pem`. Each file appears whole or not at all, since services reload them while they run.
 */
export const writeStore = async (dir: string, { authority, certificates }: StoreContent): Promise<void> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const put = async (name: string, content: string, mode: number): Promise<void> => {
    await writeFile(join(dir, `.${name}.part`), content, { mode });
    await rename(join(dir, `.${name}.part`), join(dir, name));
  };
  await Promise.all([
    put('ca.pem', authorityBundle(authority), 0o644),
    put('crl.pem', `${authority.crls.join('\n')}\n`, 0o644),
    ...Object.entries(certificates).flatMap(([name, issued]) => [
      put(`${name}.key.pem`, issued.key, 0o600),
      put(`${name}.cert.pem`, issued.chain, 0o644),
    ]),
  ]);
};

/** PEM of the authorities, the root first. */
export const authorityBundle = ({ root, issuing }: Authority): string =>
  [...new Set([root.certificate, issuing.certificate])].map((pem) => `${pem}\n`).join('');

/** The names of an internal service: its own, and the loopback ones since the sandbox runs on one machine. */
export const serviceNames = (service: string): string[] => ['localhost', '127.0.0.1', '::1', service];
