import { parseDn } from '../dn/dn.js';
import { type VerifyOptions, verifyWhiteList } from '../white-list/verify-white-list.js';
import { type Issued, testPki, type TestPki } from './pki.js';
import { type ListOptions, signList } from './sign-list.js';

export const SIGNER = 'CN=Liste Blanche DRIM-M,OU=318751275100020';
export const SIGNER_DN = `${SIGNER},O=AGENCE DE TEST,ST=Paris (75),C=FR`;
export const FORMS = ['filter2', 'enveloped'] as const;

/** A signer whom the options let sign, at a fixed clock: 27 November 2026. */
export interface ListWorld {
  readonly pki: TestPki;
  readonly signer: Issued;
  readonly options: VerifyOptions;
  /** A signed list. */
  readonly list: (more?: ListOptions) => string;
  /** `ok`, or the kind of the refusal. */
  readonly verdict: (xml: string, more?: Partial<VerifyOptions>) => string;
}

export async function listWorld(): Promise<ListWorld> {
  const now = new Date('2026-11-27T12:00:00Z');
  const pki = await testPki('TEST', now);
  const signer = await pki.aci.issue(SIGNER_DN, {
    usage: 'sign',
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2029-01-01'),
  });
  const dates = { thisUpdate: new Date('2026-11-20'), nextUpdate: new Date('2026-12-20') };
  const options: VerifyOptions = {
    authorities: pki.authorities,
    crls: [await pki.root.crl(dates), await pki.aci.crl(dates)],
    signers: [parseDn(SIGNER)!],
    now,
  };
  return {
    pki,
    signer,
    options,
    list: (more = {}) => signList(signer, more),
    verdict: (xml, more = {}) => {
      const result = verifyWhiteList(Buffer.from(xml), { ...options, ...more });
      return result.ok ? 'ok' : result.kind;
    },
  };
}
