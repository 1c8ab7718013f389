import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { type Issued, TestAuthority, testPki, type TestPki } from '../testing/pki.js';
import type { Purpose } from './purpose.js';
import { checkChain, type ChainOptions } from './check-chain.js';
import { readAuthorities } from './authorities.js';

let pki: TestPki;
beforeAll(async () => {
  pki = await testPki();
});

const verdict = ({ certificate }: Issued, more: Partial<ChainOptions> = {}): string => {
  const { authorities, crls } = pki;
  const result = checkChain(certificate, { authorities, crls, now: new Date(), purpose: 'tls-client', ...more });
  return result.ok ? `ok ${result.path.length}` : result.kind;
};

it('finds the way to the anchor', async () => {
  expect(verdict(await pki.aci.issue('CN=a,OU=1'))).toBe('ok 3');
});

it.each<['sign' | 'server' | 'clientOnly', Purpose, string]>([
  ['sign', 'list-signature', 'ok 3'],
  ['sign', 'tls-client', 'unfit'],
  ['sign', 'tls-server', 'unfit'],
  ['server', 'list-signature', 'unfit'],
  ['server', 'tls-client', 'ok 3'],
  ['server', 'tls-server', 'ok 3'],
  ['clientOnly', 'tls-client', 'ok 3'],
  ['clientOnly', 'tls-server', 'unfit'],
])('%s as %s: %s', async (usage, purpose, expected) => {
  expect(verdict(await pki.aci.issue('CN=a,OU=1', { usage }), { purpose })).toBe(expected);
});

it('trusts no other authority: foreign, of the same name, self-signed', async () => {
  const twin = await testPki();
  expect(verdict(await twin.aci.issue('CN=a,OU=1'))).toBe('untrusted');
  // The intermediate alone is no anchor.
  expect(
    verdict(await pki.aci.issue('CN=a,OU=1'), { authorities: { anchors: [], intermediates: [pki.aci.certificate] } }),
  ).toBe('untrusted');
});

it('wants every authority of the way to be one', async () => {
  const authorities = (extra: TestAuthority): ChainOptions['authorities'] => ({
    anchors: [pki.root.certificate],
    intermediates: [pki.aci.certificate, extra.certificate],
  });
  const crls = async (extra: TestAuthority): Promise<ChainOptions['crls']> => [...pki.crls, await extra.crl()];
  const asked = async (extra: TestAuthority): Promise<string> =>
    verdict(await extra.issue('CN=a,OU=1'), { authorities: authorities(extra), crls: await crls(extra) });
  // A leaf that issues; an authority below one that may have none (pathlen 0); one that may not sign certificates.
  expect(await asked(await pki.root.intermediate('LEAF', { ca: false }))).toBe('untrusted');
  expect(await asked(await pki.aci.intermediate('TOO DEEP', { pathLength: 0 }))).toBe('untrusted');
  expect(await asked(await pki.root.intermediate('MUTE', { keyUsage: x509.KeyUsageFlags.cRLSign }))).toBe('untrusted');
  expect(await asked(await pki.root.intermediate('WELL', { pathLength: 0 }))).toBe('ok 3');
});

it('refuses weak algorithms, weak keys and critical extensions it does not know', async () => {
  expect(verdict(await pki.aci.issue('CN=a,OU=1', { hash: 'SHA-1' }))).toBe('untrusted');
  expect(verdict(await pki.aci.issue('CN=a,OU=1', { bits: 1024 }))).toBe('untrusted');
  const extensions = [new x509.Extension('2.5.29.30', true, new Uint8Array([0x30, 0x00]))];
  expect(verdict(await pki.aci.issue('CN=a,OU=1', { extensions }))).toBe('untrusted');
});

it('looks at the clock given, for every certificate of the way', async () => {
  const leaf = await pki.aci.issue('CN=a,OU=1', {
    notBefore: new Date('2026-02-01'),
    notAfter: new Date('2026-03-01'),
  });
  const crls = [
    await pki.root.crl({ thisUpdate: new Date('2026-01-01'), nextUpdate: new Date('2040-01-01') }),
    await pki.aci.crl({ thisUpdate: new Date('2026-01-01'), nextUpdate: new Date('2040-01-01') }),
  ];
  const at = (date: string): string => verdict(leaf, { now: new Date(date), crls });
  expect([at('2026-01-31'), at('2026-02-10'), at('2026-03-01')]).toEqual(['not-yet-valid', 'ok 3', 'expired']);
  const result = checkChain(leaf.certificate, {
    authorities: pki.authorities,
    crls,
    now: new Date('2026-02-10'),
    purpose: 'tls-client',
  });
  expect(result.ok && result.until).toEqual(new Date('2026-03-01'));
  const old = await pki.root.intermediate('OLD', { pathLength: 0, notAfter: new Date('2026-02-15') });
  expect(
    verdict(await old.issue('CN=a,OU=1'), {
      authorities: { anchors: [pki.root.certificate], intermediates: [old.certificate] },
      crls: [...crls, await old.crl({ thisUpdate: new Date('2026-01-01'), nextUpdate: new Date('2040-01-01') })],
    }),
  ).toBe('expired');
});

it('fails closed without a fresh list of every issuer', async () => {
  const leaf = await pki.aci.issue('CN=a,OU=1');
  const [ofRoot, ofAci] = pki.crls as [ChainOptions['crls'][number], ChainOptions['crls'][number]];
  expect(verdict(leaf, { crls: [] })).toBe('no-crl');
  expect(verdict(leaf, { crls: [ofAci] })).toBe('no-crl');
  expect(verdict(leaf, { crls: [ofRoot] })).toBe('no-crl');
  const yesterday = new Date(Date.now() - 86_400_000);
  const stale = await pki.aci.crl({ thisUpdate: new Date(0), nextUpdate: yesterday });
  expect(verdict(leaf, { crls: [ofRoot, stale] })).toBe('stale-crl');
  expect(verdict(leaf, { crls: [ofRoot, stale], crlGraceSeconds: 2 * 86_400 })).toBe('ok 3');
  expect(verdict(leaf, { crls: [ofRoot, stale, ofAci] })).toBe('ok 3');
  const future = await pki.aci.crl({ thisUpdate: new Date(Date.now() + 3_600_000) });
  expect(verdict(leaf, { crls: [ofRoot, future] })).toBe('no-crl');
  // A revocation counts even when only an old list says it.
  const revoking = await pki.aci.crl({ thisUpdate: new Date(0), nextUpdate: yesterday, revoked: [leaf] });
  expect(verdict(leaf, { crls: [ofRoot, revoking, ofAci] })).toBe('revoked');
});

it('sorts a bundle into anchors and intermediates', () => {
  const bundle = readAuthorities(`${pki.aci.pem}\n${pki.root.pem}\n`);
  expect(bundle.anchors.map(({ fingerprint }) => fingerprint)).toEqual([pki.root.certificate.fingerprint]);
  expect(bundle.intermediates.map(({ fingerprint }) => fingerprint)).toEqual([pki.aci.certificate.fingerprint]);
  expect(() => readAuthorities('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toThrow(RangeError);
});
