import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate with its key and chain, PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** As a list writes it: CN first. */
  readonly dn: string;
}

const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

/** A root, an intermediate authority and their revocation lists, made with openssl: the shape of the IGC-Santé. */
export class TestIgc {
  private serial = 100;

  constructor(
    private readonly dir: string,
    label: string,
  ) {
    mkdirSync(dir, { recursive: true });
    const subject = ['-subj', `/C=FR/O=DRIMBOX TEST/CN=${label} ROOT`, '-days', '30'];
    const authority = ['basicConstraints=critical,CA:TRUE,pathlen:1', 'keyUsage=critical,keyCertSign,cRLSign'];
    const files = ['-keyout', this.file('root.key'), '-out', this.file('root.pem')];
    openssl('req', '-x509', ...EC, ...subject, ...authority.flatMap((one) => ['-addext', one]), ...files);
    const extensions = 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n';
    this.sign('root', 'issuing', `/C=FR/O=DRIMBOX TEST/CN=${label} ORGANISATIONS`, extensions);
    for (const authority of ['root', 'issuing']) {
      writeFileSync(this.file(`${authority}.index`), '');
      writeFileSync(this.file(`${authority}.crlnumber`), '01\n');
      writeFileSync(
        this.file(`${authority}.cnf`),
        `[ca]\ndefault_ca=d\n[d]\ndatabase=${this.file(`${authority}.index`)}\ncrlnumber=${this.file(`${authority}.crlnumber`)}\n` +
          `default_md=sha256\ndefault_crl_days=20\n`,
      );
    }
  }

  get anchors(): string {
    return readFileSync(this.file('root.pem'), 'utf8') + readFileSync(this.file('issuing.pem'), 'utf8');
  }

  /** A SERV_SSL certificate: server and client of a db FQDN. */
  servSsl(fqdn: string, extendedUsage = 'serverAuth,clientAuth'): Pair {
    const name = `leaf-${this.serial}`;
    const extensions =
      `basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\n` +
      `extendedKeyUsage=${extendedUsage}\nsubjectAltName=DNS:${fqdn}\n`;
    this.sign('issuing', name, `/C=FR/ST=Paris (75)/O=Opérateur Test/OU=318751275100020/CN=${fqdn}`, extensions);
    return {
      cert: readFileSync(this.file(`${name}.pem`), 'utf8') + readFileSync(this.file('issuing.pem'), 'utf8'),
      key: readFileSync(this.file(`${name}.key`), 'utf8'),
      certFile: this.file(`${name}.pem`),
      keyFile: this.file(`${name}.key`),
      dn: `CN=${fqdn},OU=318751275100020,O=Opérateur Test,ST=Paris (75),C=FR`,
    };
  }

  revoke({ certFile }: Pair): void {
    openssl('ca', '-config', this.file('issuing.cnf'), ...this.signer('issuing'), '-revoke', certFile);
  }

  /** DER in base64, as whitelist-sync gives them. */
  crls(): string[] {
    return ['root', 'issuing'].map((authority) => {
      const pem = this.file(`${authority}.crl`);
      openssl('ca', '-config', this.file(`${authority}.cnf`), ...this.signer(authority), '-gencrl', '-out', pem);
      return openssl('crl', '-in', pem, '-outform', 'DER').toString('base64');
    });
  }

  private sign(authority: string, name: string, subject: string, extensions: string): void {
    const request = this.file('request.csr');
    writeFileSync(this.file('extensions.cnf'), extensions);
    openssl('req', '-new', '-utf8', ...EC, '-subj', subject, '-keyout', this.file(`${name}.key`), '-out', request);
    const signer = ['-CA', this.file(`${authority}.pem`), '-CAkey', this.file(`${authority}.key`)];
    const terms = ['-set_serial', String(this.serial++), '-days', '20', '-extfile', this.file('extensions.cnf')];
    openssl('x509', '-req', '-in', request, ...signer, ...terms, '-out', this.file(`${name}.pem`));
  }

  private signer(authority: string): string[] {
    return ['-cert', this.file(`${authority}.pem`), '-keyfile', this.file(`${authority}.key`)];
  }

  private file(name: string): string {
    return join(this.dir, name);
  }
}
