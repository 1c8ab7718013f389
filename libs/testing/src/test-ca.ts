import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate authority of one test, made with openssl. */
export class TestCa {
  private readonly cert: string;
  private readonly key: string;

  constructor(
    private readonly dir: string,
    name = 'Test CA',
  ) {
    mkdirSync(dir, { recursive: true });
    this.cert = join(dir, 'ca.pem');
    this.key = join(dir, 'ca.key');
    openssl(['req', '-x509', ...KEY, '-subj', `/CN=${name}`, '-days', '10', '-keyout', this.key, '-out', this.cert]);
  }

  /** Writes ca.pem, cert.pem, key.pem of an internal identity; a folder already there is renewed. */
  identity(dir: string, name: string, days = 5): string {
    mkdirSync(dir, { recursive: true });
    this.pair(join(dir, 'cert.pem'), join(dir, 'key.pem'), name, days);
    execFileSync('cp', [this.cert, join(dir, 'ca.pem')]);
    return dir;
  }

  /** Writes a couple, each file in one move, as a careful installer does. */
  pair(cert: string, key: string, name: string, days = 5): void {
    const request = join(this.dir, 'request.csr');
    const extensions = join(this.dir, 'extensions.cnf');
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    openssl(['req', '-new', ...KEY, '-subj', `/CN=${name}`, '-keyout', `${key}.new`, '-out', request]);
    const signing = ['-CA', this.cert, '-CAkey', this.key, '-CAcreateserial', '-days', String(days)];
    openssl(['x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', `${cert}.new`]);
    renameSync(`${key}.new`, key);
    renameSync(`${cert}.new`, cert);
  }
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const openssl = (args: string[]): unknown => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'ignore'] });
