import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { execFileSync } from 'node:child_process';
import { TestAuthority, testPki, type TestPki } from '../testing/pki.js';
import { readCrl, signedBy } from './crl.js';

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

it('reads what is revoked, DER and PEM alike', async () => {
  const lost = await pki.aci.issue('CN=lost,OU=1');
  const der = await pki.aci.crlDer({ revoked: [lost], nextUpdate: new Date('2030-01-02T03:04:05Z') });
  const pem = execFileSync('openssl', ['crl', '-inform', 'DER', '-outform', 'PEM'], { input: der });
  for (const bytes of [der, pem]) {
    const read = readCrl(bytes);
    expect(read).toMatchObject({ ok: true, crl: { nextUpdate: new Date('2030-01-02T03:04:05Z') } });
    expect(read.ok && [...read.crl.revoked]).toEqual([lost.certificate.serial]);
    expect(read.ok && signedBy(read.crl, pki.aci.certificate)).toBe(true);
  }
});

it('is nobody else’s: another authority of the same name, the one above, one that may not sign lists', async () => {
  const crl = await pki.aci.crl();
  const twin = await testPki();
  expect(signedBy(crl, twin.aci.certificate)).toBe(false);
  expect(signedBy(crl, pki.root.certificate)).toBe(false);
  const mute = await pki.root.intermediate('MUTE', { keyUsage: x509.KeyUsageFlags.keyCertSign });
  expect(signedBy(await mute.crl(), mute.certificate)).toBe(false);
});

it('refuses lists that cover less than all', async () => {
  const partial = async (oid: string): Promise<unknown> =>
    readCrl(await pki.aci.crlDer({ extensions: [new x509.Extension(oid, true, new Uint8Array([0x02, 0x01, 0x01]))] }));
  // deltaCRLIndicator, issuingDistributionPoint.
  expect(await partial('2.5.29.27')).toMatchObject({ ok: false, kind: 'unsupported' });
  expect(await partial('2.5.29.28')).toMatchObject({ ok: false, kind: 'unsupported' });
});

it('refuses a list too large, garbage, a certificate, a list that is cut', async () => {
  const der = await pki.aci.crlDer();
  expect(readCrl(der, { maxBytes: 100 })).toMatchObject({ ok: false, kind: 'too-large' });
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('<html>'),
    pki.aci.certificate.x509.raw,
    der.subarray(0, der.length - 1),
  ]) {
    expect(readCrl(bytes).ok).toBe(false);
  }
});

it('is never believed with a byte changed, nor does it throw', async () => {
  const lost = await pki.aci.issue('CN=lost,OU=1');
  const good = await pki.aci.crlDer({ revoked: [lost] });
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at]! ^= 0x10;
    const read = readCrl(bad);
    if (!read.ok) continue;
    const believed = signedBy(read.crl, pki.aci.certificate);
    expect({ at, believed }).toEqual({ at, believed: false });
  }
});

it('reads 500 entries', async () => {
  const authority = await TestAuthority.root('LARGE');
  const one = await authority.issue('CN=a,OU=1');
  const revoked = Array.from({ length: 500 }, (_, n) => ({
    ...one,
    certificate: { ...one.certificate, serial: (0x4000_0000 + n).toString(16) },
  }));
  const crl = await authority.crl({ revoked });
  expect(crl.revoked.size).toBe(500);
  expect(crl.revoked.has('40000007')).toBe(true);
});
