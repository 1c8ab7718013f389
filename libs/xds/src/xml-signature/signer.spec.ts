import { generateKeyPairSync } from 'node:crypto';
import { SEAL_SUBJECT, TestPki, type TestCertificate } from '../testing/pki.js';
import { XdsError } from '../xds-errors.js';
import { distinguishedName, loadSigner } from './signer.js';

const pem = (type: 'rsa' | 'ec'): string => {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

describe('signer', () => {
  let pki: TestPki;
  let seal: TestCertificate;
  beforeAll(() => {
    pki = new TestPki();
    seal = pki.authority('AC TEST').issue(SEAL_SUBJECT);
  });
  afterAll(() => pki.remove());

  it('writes the subject as the DMP samples do, leaf attribute first and escaped', () => {
    expect(distinguishedName(loadSigner(seal).certificate.subject)).toBe(
      'CN=DRIMbox, OU=1990000001, O=CABINET\\, É & FILS, ST=Paris (75), C=FR',
    );
  });

  it('refuses a key of another certificate, a key that is not RSA and what is no PEM', () => {
    for (const key of [pem('rsa'), pem('ec'), 'SECRET']) {
      expect(() => loadSigner({ ...seal, key })).toThrow(XdsError);
      expect(() => loadSigner({ ...seal, key })).not.toThrow(/SECRET/);
    }
  });
});
