import { execFile } from 'node:child_process';
import { X509Certificate as NodeCertificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority, issue, revoke } from './authority.js';
import type { Authority } from './authority.js';
import { authorityBundle, serviceNames, writeStore } from './store.js';

const run = promisify(execFile);
const structure = '310000000000017';

describe('sandbox certificates', () => {
  let dir: string;
  let igc: Authority;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sandbox-pki-'));
    igc = await createAuthority('igc');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const opensslVerify = async (authority: Authority, certificate: string, options: string[]): Promise<string> => {
    await writeFile(join(dir, 'bundle.pem'), authorityBundle(authority));
    await writeFile(join(dir, 'crls.pem'), authority.crls.join('\n'));
    await writeFile(join(dir, 'leaf.pem'), certificate);
    const files = ['-CAfile', join(dir, 'bundle.pem'), '-CRLfile', join(dir, 'crls.pem'), '-crl_check_all'];
    return run('openssl', ['verify', '-x509_strict', ...files, ...options, join(dir, 'leaf.pem')]).then(
      () => 'OK',
      (error: { stderr: string }) => /lookup: (.*)/.exec(error.stderr)?.[1] ?? error.stderr,
    );
  };

  it('issues an organisation certificate whose DN has the IGC-Santé shape', async () => {
    const issued = await issue(igc, 'ORG_SIGN', {
      commonName: 'DRIMbox',
      structure,
      organisation: 'CABINET SANDBOX',
      department: "Côte-d'Or (21)",
    });
    const certificate = new NodeCertificate(issued.certificate);
    expect(certificate.subject).toBe(`C=FR\nST=Côte-d'Or (21)\nO=CABINET SANDBOX\nOU=${structure}\nCN=DRIMbox`);
    expect(certificate.issuer).toContain('CN=SANDBOX TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS');
    const { stdout } = await run('openssl', [
      'x509',
      '-noout',
      '-text',
      '-in',
      await file('sign.pem', issued.certificate),
    ]);
    expect(stdout).toContain('Digital Signature, Non Repudiation');
    expect(stdout).toContain('E-mail Protection');
    expect(stdout).toContain('http://igc-sandbox.test/CRL/ACI-EL-ORG-TEST.crl');
    expect(stdout).toContain('Public-Key: (2048 bit)');
  });

  it.each([
    ['ORG_AUTH_CLI', 'sslclient', 'OK'],
    ['ORG_AUTH_CLI', 'sslserver', 'unsuitable certificate purpose'],
    ['ORG_SIGN', 'sslclient', 'unsuitable certificate purpose'],
    ['SERV_SSL', 'sslclient', 'OK'],
    ['SERV_SSL', 'sslserver', 'OK'],
  ] as const)('%s as %s: %s', async (profile, purpose, verdict) => {
    const issued = await issue(igc, profile, { commonName: 'x.sandbox.test', structure, names: ['x.sandbox.test'] });
    expect(await opensslVerify(igc, issued.certificate, ['-purpose', purpose])).toBe(verdict);
  });

  it('revokes one certificate and leaves the others', async () => {
    const [kept, lost] = await Promise.all([
      issue(igc, 'ORG_AUTH_CLI', { commonName: 'kept', structure }),
      issue(igc, 'ORG_AUTH_CLI', { commonName: 'lost', structure }),
    ]);
    const after = await revoke(igc, lost.serialNumber);
    expect(await opensslVerify(igc, lost.certificate, [])).toBe('OK');
    expect(await opensslVerify(after, lost.certificate, [])).toBe('certificate revoked');
    expect(await opensslVerify(after, kept.certificate, [])).toBe('OK');
  });

  it('keeps the internal authority apart', async () => {
    const internal = await createAuthority('internal');
    const issued = await issue(internal, 'SERVICE', {
      commonName: 'hl7-ingest',
      names: serviceNames('hl7-ingest'),
    });
    const certificate = new NodeCertificate(issued.certificate);
    expect(certificate.checkHost('hl7-ingest')).toBe('hl7-ingest');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(await opensslVerify(internal, issued.certificate, ['-purpose', 'sslclient'])).toBe('OK');
    expect(await opensslVerify(igc, issued.certificate, [])).toBe('unable to get local issuer certificate');
    await expect(issue(internal, 'ORG_SIGN', { commonName: 'x' })).rejects.toThrow('ORG_SIGN');
  });

  it('writes a store that an authority kept as JSON can be read from', async () => {
    const restored = JSON.parse(JSON.stringify(igc)) as Authority;
    const auth = await issue(restored, 'ORG_AUTH_CLI', { commonName: 'auth', structure });
    await writeStore(join(dir, 'store'), { authority: restored, certificates: { auth } });
    const chain = await readFile(join(dir, 'store', 'auth.cert.pem'), 'utf8');
    expect(chain.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect((await stat(join(dir, 'store', 'auth.key.pem'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, 'store', 'ca.pem'), 'utf8')).toContain(igc.root.certificate);
  });

  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };
});
