import { randomUUID } from 'node:crypto';
import { insCx } from '../metadata/kos-document-entry.js';
import type { Coded } from '../metadata/types.js';
import { AUTHN_CONTEXT } from '../xds-constants.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';
import { canonical, RSA_SHA256 } from '../xml-signature/canonical.js';
import { sealedParts, XMLDSIG } from '../xml-signature/signed-info.js';
import { digestBase64, distinguishedName, type Signer } from '../xml-signature/signer.js';
import { element, type Xml } from '../xml/write.js';
import { vihfAttributes } from './attributes.js';

export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
const SUBJECT_NAME = 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** Who feeds the DMP: the professional of the report (PRT `SB`), or the DRIMbox acting alone. */
export type VihfSubject =
  | {
      readonly kind: 'professional';
      readonly id: string;
      readonly family: string;
      readonly given: string;
      /** Profession (TRE_G15), then savoir-faire (TRE_R01) for a physician. */
      readonly roles: readonly Coded[];
    }
  | { readonly kind: 'automaton'; readonly id: string; readonly name: string };

export interface VihfInput {
  readonly subject: VihfSubject;
  /** Struct_IdNat: must be that of an authorInstitution (EX_2.1-1140). */
  readonly structureId: string;
  /** SAxx code of the structure. */
  readonly sector: string;
  readonly ins: { readonly value: string; readonly oid: string };
  /** CONNEXION_SECRETE of the report. */
  readonly secretConnection: boolean;
  readonly software: {
    readonly name: string;
    readonly version: string;
    /** Number of the DMP homologation. */
    readonly homologationId: string;
    readonly id?: string;
  };
}

/**
 * A fresh VIHF: SAML 2.0 assertion in indirect mode (interop §6.3), signed by the ORG SIGN certificate (enveloped,
 * exclusive C14N, RSA-SHA256). Make one per send, never keep it.
 * @returns the assertion's XML, to be placed as it is in the SOAP header.
 */
export function buildVihf(
  input: VihfInput,
  signer: Signer,
  options: { readonly now: Date; readonly settings?: XdsSettings; readonly id?: string },
): string {
  const settings = options.settings ?? DEFAULT_XDS_SETTINGS;
  // An xs:ID may not start with a digit.
  const id = options.id ?? `_${randomUUID()}`;
  const instant = (shiftSeconds: number): string => new Date(options.now.getTime() + shiftSeconds * 1000).toISOString();
  const issuer = element('saml2:Issuer', { Format: SUBJECT_NAME }, distinguishedName(signer.certificate.subject));
  const assertion = (signature?: Xml): Xml =>
    element(
      'saml2:Assertion',
      { 'xmlns:saml2': SAML, ID: id, IssueInstant: instant(0), Version: '2.0' },
      issuer,
      signature,
      element('saml2:Subject', {}, element('saml2:NameID', {}, input.subject.id)),
      element('saml2:Conditions', {
        NotBefore: instant(-settings.vihfClockSkewSeconds),
        NotOnOrAfter: instant(settings.vihfValiditySeconds),
      }),
      element(
        'saml2:AuthnStatement',
        { AuthnInstant: instant(0) },
        element('saml2:AuthnContext', {}, element('saml2:AuthnContextClassRef', {}, AUTHN_CONTEXT[input.subject.kind])),
      ),
      element('saml2:AttributeStatement', {}, ...vihfAttributes(input, insCx(input.ins), settings)),
    );

  const digest = digestBase64(RSA_SHA256.hash, canonical(assertion(), RSA_SHA256));
  const transforms = [ENVELOPED, RSA_SHA256.canonicalization];
  const signature = element(
    'ds:Signature',
    { 'xmlns:ds': XMLDSIG },
    ...sealedParts('ds:', RSA_SHA256, [{ uri: `#${id}`, transforms, digest }], signer),
  );
  return assertion(signature).xml;
}
