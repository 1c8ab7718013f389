import { describeWithSamples } from '@drimbox/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCertificate } from '../certificate/certificate.js';
import { parseDn } from '../dn/dn.js';
import { testPki } from '../testing/pki.js';
import { listWorld, type ListWorld, FORMS, SIGNER, SIGNER_DN } from '../testing/list-world.js';
import { ENTRIES, type ListOptions, signList } from '../testing/sign-list.js';
import { type VerifyOptions, verifyWhiteList } from './verify-white-list.js';
let world: ListWorld;
beforeAll(async () => {
  world = await listWorld();
});

describe.each(FORMS)('the %s form', (form) => {
  it('is accepted, its content read', () => {
    const result = verifyWhiteList(Buffer.from(world.list({ form })), world.options);
    expect(result).toMatchObject({ ok: true, list: { form, relation: 'first', leftOut: [] } });
    const list = result.ok ? result.list : undefined;
    expect(list?.entries.map(({ db, vi, operatorDn }) => ({ db, vi, operatorDn }))).toEqual(
      ENTRIES.map(({ db, vi, dn }) => ({ db, vi: vi ?? null, operatorDn: dn })),
    );
    expect(list?.generatedAt.toISOString()).toBe('2026-06-19T18:06:52.000Z');
    expect(list?.signingTime.toISOString()).toBe('2026-09-14T08:00:00.000Z');
  });

  it.each(['sha384', 'sha512'] as const)('is accepted with %s', (hash) => {
    expect(world.verdict(world.list({ form, hash }))).toBe('ok');
  });

  it('is accepted under both namespaces, with CRLF, and with its certificate digest in SHA-256', () => {
    for (const namespace of [
      'https://listeblanche.mesimagesmedicales.fr/schema',
      'https://github.com/ansforge/DRIM-M_DATA',
    ]) {
      expect(world.verdict(world.list({ form, namespace, certHash: 'sha256' }).replaceAll('\n', '\r\n'))).toBe('ok');
    }
  });

  it('is refused with SHA-1, for the signature as for the certificate', () => {
    expect(world.verdict(world.list({ form, hash: 'sha1' }))).toBe('profile');
    expect(world.verdict(world.list({ form, certHash: 'sha1' }))).toBe('profile');
  });

  it('is refused when it borrows the signing certificate of the other form', () => {
    expect(world.verdict(world.list({ form, mixForms: true }))).toBe('profile');
  });

  it('signed by somebody else of the same authority is refused', async () => {
    const other = await world.pki.aci.issue('CN=CACHET,OU=318751275100020,C=FR', { usage: 'sign' });
    expect(world.verdict(signList(other, { form }))).toBe('signer');
    const sameName = await world.pki.aci.issue('CN=Liste Blanche DRIM-M,OU=318751275100021,C=FR', { usage: 'sign' });
    expect(world.verdict(signList(sameName, { form }))).toBe('signer');
    const twice = await world.pki.aci.issue(`CN=Liste Blanche DRIM-M,OU=318751275100020,OU=1,C=FR`, { usage: 'sign' });
    expect(world.verdict(signList(twice, { form }))).toBe('signer');
    const tls = await world.pki.aci.issue(SIGNER_DN, { usage: 'server' });
    expect(world.verdict(signList(tls, { form }))).toBe('unfit');
  });

  it('signed under the right name by a foreign authority is refused', async () => {
    const forger = await testPki('TEST');
    const forged = await forger.aci.issue(SIGNER_DN, { usage: 'sign' });
    expect(world.verdict(signList(forged, { form }))).toBe('untrusted');
    // Its own authorities in KeyInfo change nothing.
    const further = [
      { ...forged, certificate: forger.aci.certificate },
      { ...forged, certificate: forger.root.certificate },
    ];
    expect(world.verdict(signList(forged, { form, further }))).toBe('untrusted');
  });

  it('wants the signer at its place among the certificates of the file', () => {
    expect(
      world.verdict(world.list({ form, further: [{ ...world.signer, certificate: world.pki.aci.certificate }] })),
    ).toBe('ok');
    expect(world.verdict(world.list({ form, further: [world.signer] }))).toBe('signature');
    const noOther = (xml: string): string =>
      xml.replace(/(X509Certificate>)[^<]+/, `$1${world.pki.aci.certificate.x509.raw.toString('base64')}`);
    expect(world.verdict(world.list({ form, keyInfo: noOther }))).toBe('signature');
  });

  it('follows the clock: signer not yet valid, expired; its CRL missing, stale, revoking', async () => {
    const late = (date: string): Partial<VerifyOptions> => ({ now: new Date(date) });
    expect(
      world.verdict(
        world.list({ form, signingTime: '2025-01-01T00:00:00Z', generatedAt: '2025-01-01T00:00:00Z' }),
        late('2025-06-01'),
      ),
    ).toBe('not-yet-valid');
    expect(world.verdict(world.list({ form }), late('2029-01-01'))).toBe('expired');
    expect(world.verdict(world.list({ form }), { crls: [world.options.crls[0]!] })).toBe('no-crl');
    expect(world.verdict(world.list({ form }), { crls: [world.options.crls[1]!] })).toBe('no-crl');
    expect(world.verdict(world.list({ form }), late('2026-12-21'))).toBe('stale-crl');
    expect(world.verdict(world.list({ form }), { ...late('2026-12-21'), crlGraceSeconds: 2 * 86_400 })).toBe('ok');
    const revoking = await world.pki.aci.crl({ revoked: [world.signer], nextUpdate: new Date('2026-12-20') });
    expect(world.verdict(world.list({ form }), { crls: [world.options.crls[0]!, revoking] })).toBe('revoked');
    const aciRevoked = await world.pki.root.crl({
      revoked: [{ ...world.signer, certificate: world.pki.aci.certificate }],
      nextUpdate: new Date('2026-12-20'),
    });
    expect(world.verdict(world.list({ form }), { crls: [aciRevoked, world.options.crls[1]!] })).toBe('revoked');
    // A list under the authority's name that it did not sign is no list.
    const forger = await testPki('TEST');
    expect(world.verdict(world.list({ form }), { crls: [world.options.crls[0]!, await forger.aci.crl()] })).toBe(
      'no-crl',
    );
  });

  it('never goes back: the pair of generation and signing dates', () => {
    const first = verifyWhiteList(Buffer.from(world.list({ form })), world.options);
    if (!first.ok) throw new Error(first.detail);
    const relation = (more: ListOptions): string => {
      const result = verifyWhiteList(Buffer.from(world.list({ form, ...more })), {
        ...world.options,
        previous: first.list,
      });
      return result.ok ? result.list.relation : result.kind;
    };
    expect(relation({})).toBe('same');
    expect(relation({ signingTime: '2026-10-01T00:00:00Z' })).toBe('renewal');
    expect(relation({ generatedAt: '2026-10-01T00:00:00Z', signingTime: '2026-10-01T00:00:00Z' })).toBe('newer');
    expect(relation({ generatedAt: '2026-06-18T00:00:00Z', signingTime: '2026-10-01T00:00:00Z' })).toBe('rollback');
    expect(relation({ signingTime: '2026-09-13T00:00:00Z' })).toBe('rollback');
    expect(relation({ entries: [ENTRIES[0]!] })).toBe('rollback');
    expect(relation({ entries: [ENTRIES[0]!], signingTime: '2026-10-01T00:00:00Z' })).toBe('newer');
    expect(relation({ generatedAt: '2026-12-01T00:00:00Z' })).toBe('future');
    expect(relation({ signingTime: '2026-11-27T12:11:00Z' })).toBe('future');
    expect(relation({ signingTime: '2026-11-27T12:09:00Z' })).toBe('renewal');
  });
});

describeWithSamples('the real signed list', (samples) => {
  const bytes = readFileSync(join(samples, 'drim-m-data/whitelist/LISTEBLANCHE_DRIM-M_TEST_SIGNEE.xml'));
  const pinned = readCertificate(Buffer.from(/<ds:X509Certificate>([^<]+)</.exec(bytes.toString())![1]!, 'base64'))!;
  const real = (now: Date): VerifyOptions => ({
    authorities: { anchors: [pinned], intermediates: [] },
    crls: [],
    signers: [parseDn(SIGNER)!],
    now,
  });

  it('verifies at the day it was signed', () => {
    const result = verifyWhiteList(bytes, real(new Date('2024-07-12T12:00:00Z')));
    expect(result).toMatchObject({ ok: true, list: { form: 'filter2', leftOut: [] } });
    expect(result.ok && result.list.entries.map(({ db }) => db)).toHaveLength(6);
  });

  it('is refused as expired today', () => {
    expect(verifyWhiteList(bytes, real(new Date()))).toMatchObject({ ok: false, kind: 'expired' });
  });
});
