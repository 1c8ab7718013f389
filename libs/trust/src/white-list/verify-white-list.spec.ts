import { describeWithSamples } from '@drimbox/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCertificate } from '../certificate/certificate.js';
import { parseDn } from '../dn/dn.js';
import { type Issued, testPki, type TestPki } from '../testing/pki.js';
import { ENTRIES, type ListOptions, signList } from '../testing/sign-list.js';
import { type VerifyOptions, verifyWhiteList } from './verify-white-list.js';

const SIGNER = 'CN=Liste Blanche DRIM-M,OU=318751275100020';
const FULL = `${SIGNER},O=AGENCE DE TEST,ST=Paris (75),C=FR`;
const NOW = new Date('2026-11-27T12:00:00Z');

let pki: TestPki;
let signer: Issued;
let options: VerifyOptions;

beforeAll(async () => {
  pki = await testPki();
  signer = await pki.aci.issue(FULL, { usage: 'sign', notBefore: new Date('2026-01-01'), notAfter: new Date('2029-01-01') });
  options = {
    authorities: pki.authorities,
    crls: [
      await pki.root.crl({ thisUpdate: new Date('2026-11-20'), nextUpdate: new Date('2026-12-20') }),
      await pki.aci.crl({ thisUpdate: new Date('2026-11-20'), nextUpdate: new Date('2026-12-20') }),
    ],
    signers: [parseDn(SIGNER)!],
    now: NOW,
  };
});

const verdict = (xml: string, more: Partial<VerifyOptions> = {}): string => {
  const result = verifyWhiteList(Buffer.from(xml), { ...options, ...more });
  return result.ok ? 'ok' : result.kind;
};
const listOf = (more: ListOptions = {}): string => signList(signer, more);
const FORMS = ['filter2', 'enveloped'] as const;

describe.each(FORMS)('the %s form', (form) => {
  it('is accepted, its content read', () => {
    const result = verifyWhiteList(Buffer.from(listOf({ form })), options);
    expect(result).toMatchObject({ ok: true, list: { form, relation: 'first', leftOut: [] } });
    const list = result.ok ? result.list : undefined;
    expect(list?.entries.map(({ db, vi, operatorDn }) => ({ db, vi, operatorDn }))).toEqual(
      ENTRIES.map(({ db, vi, dn }) => ({ db, vi: vi ?? null, operatorDn: dn })),
    );
    expect(list?.generatedAt.toISOString()).toBe('2026-06-19T18:06:52.000Z');
    expect(list?.signingTime.toISOString()).toBe('2026-09-14T08:00:00.000Z');
  });
});
describeWithSamples('the real signed list', (samples) => {
  const bytes = readFileSync(join(samples, 'drim-m-data/whitelist/LISTEBLANCHE_DRIM-M_TEST_SIGNEE.xml'));
  const pinned = readCertificate(
    Buffer.from(/<ds:X509Certificate>([^<]+)</.exec(bytes.toString())![1]!, 'base64'),
  )!;
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
