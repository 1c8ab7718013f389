import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate made by the openssl command line, so that no code of ours vouches for itself. */
export interface TestCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface TestAuthority {
  /** PEM file of the root, for xmlsec1. */
  readonly file: string;
  readonly pem: string;
  issue(subject: string, extensions?: string): TestCertificate;
}

/** Throw-away authorities in a folder of their own; call `remove` when the tests are done. */
export class TestPki {
  readonly folder = mkdtempSync(join(tmpdir(), 'drimbox-xds-'));
  private serial = 0;

  authority(name: string): TestAuthority {
    const file = join(this.folder, `${name}.pem`);
    const key = join(this.folder, `${name}.key`);
    this.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-utf8',
      ...['-subj', `/C=FR/O=TEST/OU=0002 1234/CN=${name}`, '-keyout', key, '-out', file]); // prettier-ignore
    return {
      file,
      pem: readFileSync(file, 'utf8'),
      issue: (subject, extensions = '') => this.issue(file, key, subject, extensions),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private issue(ca: string, caKey: string, subject: string, extensions: string): TestCertificate {
    const base = join(this.folder, `leaf-${++this.serial}`);
    writeFileSync(`${base}.ext`, extensions);
    this.openssl('req', '-newkey', 'rsa:2048', '-nodes', '-utf8', '-subj', subject,
      ...['-keyout', `${base}.key`, '-out', `${base}.csr`]); // prettier-ignore
    this.openssl('x509', '-req', '-in', `${base}.csr`, '-CA', ca, '-CAkey', caKey, '-days', '1',
      ...['-set_serial', String(1000 + this.serial), '-extfile', `${base}.ext`, '-out', `${base}.pem`]); // prettier-ignore
    return { key: readFileSync(`${base}.key`, 'utf8'), certificate: readFileSync(`${base}.pem`, 'utf8') };
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}

export const SEAL_SUBJECT = '/C=FR/ST=Paris (75)/O=CABINET, É & FILS/OU=1990000001/CN=DRIMbox';
