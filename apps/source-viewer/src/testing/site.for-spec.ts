import { PacsLink } from '@drimbox/contracts';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const VI = ['vi1.990.mesimagesmedicales.fr', 'vi2.990.mesimagesmedicales.fr'] as const;

/** A self-signed couple in the certificate store of the service under test. */
export function writePair(dir: string, name: string, fqdn: string): void {
  const store = join(dir, 'store');
  mkdirSync(store, { recursive: true });
  const files = ['-keyout', join(store, `${name}.key.pem`), '-out', join(store, `${name}.cert.pem`)];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '5'];
  const subject = ['-subj', `/CN=${fqdn}`, '-addext', `subjectAltName=DNS:${fqdn}`];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'ignore' });
  copyFileSync(join(store, `${name}.cert.pem`), join(store, 'ca.pem'));
}

/** One invented site of two PACS links. */
export function writeRegistry(dir: string): void {
  const link = (n: 1 | 2): unknown =>
    PacsLink.parse({
      id: `pacs-${n}`,
      host: '127.0.0.1',
      port: 11_110 + n,
      calledAe: `PACS${n}`,
      callingAe: 'DRIMBOX',
      db: `db${n}.990.mesimagesmedicales.fr`,
      vi: VI[n - 1],
      listen: { port: 0, allow: ['127.0.0.1'] },
      wado: { viCertificate: `vi${n}` },
    });
  const site = {
    id: 'port',
    name: 'Imagerie du Port',
    structures: [{ id: '1750000001', name: 'Port', sector: 'SA01', authCertificate: 'auth', signCertificate: 'sign' }],
    hl7Listeners: [{ id: 'main', port: 0, allow: ['127.0.0.1'] }],
    risSenders: [{ id: 'ris', application: 'RIS', pacsLink: 'pacs-1' }],
    pacsLinks: [link(1), link(2)],
  };
  writeFileSync(join(dir, 'registry.json'), JSON.stringify({ version: 1, sites: [site] }));
}
