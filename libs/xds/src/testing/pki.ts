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

function openssl(command: string, options: Readonly<Record<string, string>>): void {
  const named = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  execFileSync('openssl', [...command.split(' '), ...named], { stdio: 'pipe' });
}

/** Throw-away authorities in a folder of their own; call `remove` when the tests are done. */
export class TestPki {
  readonly folder = mkdtempSync(join(tmpdir(), 'drimbox-xds-'));
  private serial = 0;

  authority(name: string): TestAuthority {
    const file = join(this.folder, `${name}.pem`);
    const key = join(this.folder, `${name}.key`);
    const subj = `/C=FR/O=TEST/OU=0002 1234/CN=${name}`;
    openssl('req -x509 -newkey rsa:2048 -nodes -days 2 -utf8', { subj, keyout: key, out: file });
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
    const request = `${base}.csr`;
    openssl('req -newkey rsa:2048 -nodes -utf8', { subj: subject, keyout: `${base}.key`, out: request });
    openssl(`x509 -req -days 1 -set_serial ${1000 + this.serial}`, {
      in: request,
      CA: ca,
      CAkey: caKey,
      extfile: `${base}.ext`,
      out: `${base}.pem`,
    });
    return { key: readFileSync(`${base}.key`, 'utf8'), certificate: readFileSync(`${base}.pem`, 'utf8') };
  }
}

export const SEAL_SUBJECT = '/C=FR/ST=Paris (75)/O=CABINET, É & FILS/OU=1990000001/CN=DRIMbox';
