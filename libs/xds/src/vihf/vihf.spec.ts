import { readFileSync } from 'node:fs';
import { ACTIONS, soapEnvelope } from '../soap/envelope.js';
import { aVihf } from '../testing/fixtures.js';
import { SEAL_SUBJECT, TestPki, type TestAuthority } from '../testing/pki.js';
import { describeWithSamples, sample, verify } from '../testing/tools.js';
import { DEFAULT_XDS_SETTINGS } from '../xds-settings.js';
import { parseXml, type ParsedElement } from '../xml/parse.js';
import { element } from '../xml/write.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import { buildVihf, SAML, type VihfInput } from './vihf.js';

const NOW = new Date('2026-01-02T09:15:10.000Z');

function find(root: ParsedElement, name: string): readonly ParsedElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => find(child, name))];
}

function parsed(xml: string): ParsedElement {
  const result = parseXml(Buffer.from(xml));
  if (!result.ok) throw new Error(result.problem);
  return result.root;
}

const valueOf = (one: ParsedElement): string => {
  const [child] = one.children;
  return child
    ? [child.name, child.attributes.get('code'), child.attributes.get('codeSystem')].join(' ')
    : one.text.trim();
};

/** Attribute name → its values; a CE child is written `Role code codeSystem`. */
function attributesOf(assertion: ParsedElement): Record<string, readonly string[]> {
  return Object.fromEntries(
    find(assertion, 'Attribute').map((one) => [one.attributes.get('Name'), one.children.map(valueOf)]),
  ) as Record<string, readonly string[]>;
}

const envelope = (vihf: string): string =>
  soapEnvelope(
    { to: 'https://dmp.test/repository', action: ACTIONS.provideAndRegister, messageId: 'urn:uuid:1', vihf },
    element('x', { xmlns: 'urn:x' }),
  );

const names = (root: ParsedElement): readonly string[] => root.children.map((child) => child.name);

describe('VIHF', () => {
  let pki: TestPki;
  let authority: TestAuthority;
  let signer: Signer;
  beforeAll(() => {
    pki = new TestPki();
    authority = pki.authority('AC TEST');
    signer = loadSigner(authority.issue(SEAL_SUBJECT));
  });
  afterAll(() => pki.remove());

  const build = (overrides: Partial<VihfInput> = {}): string => buildVihf(aVihf(overrides), signer, { now: NOW });

  it('is accepted by xmlsec1, alone and in its SOAP header', () => {
    const vihf = build();
    const result = verify(pki, vihf, authority.file);
    expect(result.output).toContain('1/1');
    expect(result.ok).toBe(true);
    expect(verify(pki, envelope(vihf), authority.file).ok).toBe(true);
  });

  it('is refused once an attribute, the subject or the validity is changed, and under another authority', () => {
    const vihf = build();
    for (const [from, to] of [
      ['279035121518989', '279035121518980'],
      ['>899700000001<', '>899700000002<'],
      ['09:20:10', '19:20:10'],
      ['code="10"', 'code="40"'],
      ['Camille', 'Camill\u00e9'],
    ] as const) {
      const tampered = vihf.replace(from, to);
      expect(tampered).not.toBe(vihf);
      expect(verify(pki, envelope(tampered), authority.file).ok).toBe(false);
    }
    expect(verify(pki, vihf, pki.authority('AC AUTRE').file).ok).toBe(false);
  });

  it('carries the attributes of a physician', () => {
    expect(attributesOf(parsed(build()))).toEqual({
      VIHF_Version: ['4.0'],
      Secteur_Activite: ['SA08^1.2.250.1.71.4.2.4'],
      Ressource_URN: ['urn:dmp'],
      'urn:oasis:names:tc:xspa:1.0:subject:subject-id': ['Camille TEST-MÉDECIN'],
      Identifiant_Structure: ['1990000001'],
      LPS_ID: ['LPS-1'],
      LPS_Nom: ['DRIMbox'],
      LPS_ID_HOMOLOGATION_DMP: ['HOMOLOGATION-1'],
      LPS_Version: ['0.1.0'],
      'urn:oasis:names:tc:xacml:2.0:resource:resource-id': ['279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH'],
      Authentification_Mode: ['INDIRECTE'],
      'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse': ['PurposeOfUse normal 1.2.250.1.213.1.1.4.248'],
      'urn:oasis:names:tc:xacml:2.0:subject:role': ['Role 10 1.2.250.1.71.1.2.7', 'Role SM44 1.2.250.1.71.4.2.5'],
    });
  });

  it('carries those of an automaton, and the secret connection', () => {
    const vihf = parsed(
      build({
        subject: { kind: 'automaton', id: '1990000001/DRIMBOX', name: 'DRIMbox <A&B>' },
        secretConnection: true,
      }),
    );
    expect(attributesOf(vihf)).toMatchObject({
      'urn:oasis:names:tc:xspa:1.0:subject:subject-id': ['DRIMbox <A&B>'],
      'urn:oasis:names:tc:xacml:2.0:subject:role': ['Role AUTOMATE 1.2.250.1.213.1.1.4.6'],
      'urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code': ['INVISIBLE_REPRESENTANTS_LEGAUX'],
    });
    expect(find(vihf, 'NameID')[0]?.text).toBe('1990000001/DRIMBOX');
  });

  it('is new each time, valid from a minute ago for five minutes, of the issuer of its seal', () => {
    const one = parsed(build());
    expect(one).toMatchObject({ namespace: SAML, name: 'Assertion' });
    expect(one.attributes.get('ID')).not.toBe(parsed(build()).attributes.get('ID'));
    expect(one.attributes.get('ID')).toMatch(/^_[0-9a-f-]{36}$/);
    const [conditions] = find(one, 'Conditions');
    expect(conditions?.attributes.get('NotBefore')).toBe('2026-01-02T09:14:10.000Z');
    expect(conditions?.attributes.get('NotOnOrAfter')).toBe('2026-01-02T09:20:10.000Z');
    expect(find(one, 'Issuer')[0]?.text).toBe('CN=DRIMbox, OU=1990000001, O=CABINET\\, É & FILS, ST=Paris (75), C=FR');
  });

  describeWithSamples('beside the official publication', () => {
    it('has the same attributes and elements', () => {
      const file = readFileSync(sample('drim-m-poc', 'XDS', 'publication.xml'), 'utf8');
      const official = parsed(/<saml2:Assertion[\s\S]*<\/saml2:Assertion>/.exec(file)?.[0] ?? '');
      const ours = parsed(
        buildVihf(aVihf(), signer, { now: NOW, settings: { ...DEFAULT_XDS_SETTINGS, vihfVersion: '3.0' } }),
      );
      expect(Object.keys(attributesOf(ours))).toEqual(Object.keys(attributesOf(official)));
      const constant = ['VIHF_Version', 'Ressource_URN', 'Authentification_Mode'];
      for (const name of [...constant, 'urn:oasis:names:tc:xspa:1.0:subject:purposeofuse'])
        expect(attributesOf(ours)[name]).toEqual(attributesOf(official)[name]);
      // Intended difference: Conditions, optional (interop §6.3), bounds the life of a stolen VIHF.
      expect(names(ours).filter((name) => name !== 'Conditions')).toEqual(names(official));
    });
  });
});
