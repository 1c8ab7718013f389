import { after, hoursAway, onAssertion, onEnvelope, onHeaders, swap } from './reference-bends.js';
import type { Bends } from './reference-client.js';
import { createWorld, lastLine, OTHER_STRUCTURE, STRUCTURE, submit, uniqueIdsOf } from './reference-world.js';
import type { World } from './reference-world.js';

const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s;

/** Moves a copy of the signed assertion elsewhere: the classic signature wrapping. */
const wrapped: Bends = {
  envelope: (xml) => xml.replace('</soap:Header>', `<x xmlns="urn:x">${ASSERTION.exec(xml)![0]}</x></soap:Header>`),
};

const tlsCertificate = ({ org }: World): Bends => ({
  vihfSigner: { certificate: org.auth!.chain, key: org.auth!.key },
});

describe('the sandbox DMP answers a SOAP fault', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.dmp.stop());

  it.each<[string, string, Bends | ((world: World) => Bends)]>([
    ['unsigned VIHF', 'VihfUnsigned', onEnvelope(/<ds:Signature .*?<\/ds:Signature>/s, '')],
    ['tampered VIHF', 'VihfSignature', onEnvelope('>INDIRECTE<', '>INDIRECTE <')],
    ['value split by a comment', 'VihfSignature', onEnvelope('>TEST SANDBOX<', '>TEST <!-- -->SANDBOY<')],
    ['VIHF signed by another CA', 'VihfSignature', ({ stranger }) => ({ vihfSigner: stranger.seal })],
    ['VIHF signed by a revoked seal', 'VihfSignature', ({ revokedSeal }) => ({ vihfSigner: revokedSeal })],
    ['HMAC signature', 'VihfSignatureShape', onEnvelope('xmldsig-more#rsa-sha256', 'xmldsig-more#hmac-sha256')],
    ['two references', 'VihfSignatureShape', onEnvelope(/<ds:Reference .*?<\/ds:Reference>/s, '$&$&')],
    ['VIHF signed by the TLS certificate', 'VihfSigner', tlsCertificate],
    ['VIHF of another structure than TLS', 'StructureMismatch', ({ other }) => ({ vihfSigner: other.seal })],
    ['VIHF for another structure', 'VihfStructure', onAssertion(`Value>${STRUCTURE}<`, `Value>${OTHER_STRUCTURE}<`)],
    ['Issuer that is not the DN', 'VihfIssuer', onAssertion('CN=DRIMbox', 'CN=OTHER')],
    ['Issuer with a part less', 'VihfIssuer', onAssertion(', C=FR', '')],
    ['Issuer of another format', 'VihfIssuer', onAssertion('X509SubjectName', 'unspecified')],
    ['stale VIHF', 'VihfStale', onAssertion(/IssueInstant="[^"]*"/, `IssueInstant="${hoursAway(-1)}"`)],
    ['VIHF of the future', 'VihfStale', onAssertion(/IssueInstant="[^"]*"/, `IssueInstant="${hoursAway(1)}"`)],
    [
      'VIHF past its Conditions',
      'VihfStale',
      onAssertion('<saml:Subject>', `<saml:Conditions NotOnOrAfter="${hoursAway(-1)}"/><saml:Subject>`),
    ],
    ['direct authentication', 'VihfAttribute', onAssertion('INDIRECTE', 'DIRECTE')],
    ['unknown VIHF version', 'VihfAttribute', onAssertion('>4.0<', '>2.0<')],
    ['another resource', 'VihfAttribute', onAssertion('urn:dmp', 'urn:other')],
    ['no sector', 'VihfAttribute', onAssertion('Name="Secteur_Activite"', 'Name="Secteur"')],
    ['no homologation id', 'VihfAttribute', onAssertion('LPS_ID_HOMOLOGATION_DMP', 'LPS_ID')],
    ['patient that is no INS', 'VihfAttribute', onAssertion('ISO^NH', 'ISO^PI')],
    ['an attribute twice', 'VihfAttribute', onAssertion('LPS_Version', 'LPS_Nom')],
    ['doctor without savoir-faire', 'VihfRole', onAssertion('1.2.250.1.71.4.2.5', '1.2.3')],
    ['role without its type', 'VihfRole', onAssertion(/xsi:type="CE" code="10"/, 'code="10"')],
    ['break-glass purpose', 'VihfPurpose', onAssertion('code="normal"', 'code="bris_de_glace"')],
    ['no subject', 'VihfSubject', onAssertion('899700000017', '')],
    ['no authentication statement', 'VihfAuthn', onAssertion(/AuthnInstant="[^"]*"/, '')],
    ['no assertion', 'NoVihf', onEnvelope(ASSERTION, '')],
    ['two assertions', 'NoVihf', onEnvelope(ASSERTION, '$&$&')],
    ['wrapped assertion', 'VihfAmbiguous', wrapped],
    ['DOCTYPE', 'XmlRefused', onEnvelope('<soap:Envelope', '<!DOCTYPE x [<!ENTITY y "z">]><soap:Envelope')],
    ['another encoding', 'XmlRefused', onEnvelope('version="1.0"', 'version="1.0" encoding="UTF-7"')],
    ['XML cut short', 'XmlRefused', onEnvelope('</soap:Envelope>', '')],
    [
      'XML too deep',
      'XmlRefused',
      onEnvelope('</soap:Header>', `${'<d>'.repeat(99)}${'</d>'.repeat(99)}</soap:Header>`),
    ],
    ['two bodies', 'NotSoap12', onEnvelope(/<soap:Body>.*<\/soap:Body>/s, '$&$&')],
    ['another Action', 'Action', onHeaders('ProvideAndRegisterDocumentSet-b', 'RetrieveDocumentSet')],
    ['MessageID that is no urn:uuid', 'MessageId', onHeaders('urn:uuid:', '')],
    ['To another endpoint', 'To', onHeaders('/repository', '/registry')],
    [
      'another payload',
      'Payload',
      { envelope: after('<soap:Body>', (xml) => xml.replaceAll('ProvideAndRegister', 'Retrieve')) },
    ],
    ['a SOAP 1.1 envelope', 'NotSoap12', { envelope: (xml) => swap('2003/05/soap-envelope', 'soap/envelope/')(xml) }],
  ])('%s → %s', async (_name, code, bend) => {
    const before = await uniqueIdsOf(world);
    const reply = await submit(world, typeof bend === 'function' ? bend(world) : bend);
    expect(reply.codes).toEqual([code]);
    expect(reply.status).toBe(500);
    expect(reply.text).toContain('<soap:Value>soap:Sender</soap:Value>');
    expect(await lastLine(world)).toMatchObject({ verdict: 'fault', codes: [code] });
    expect(await uniqueIdsOf(world)).toEqual(before);
  });

  it('pins one VIHF version when told to', async () => {
    const pinned = await createWorld({ vihfVersion: '3.0' });
    try {
      expect((await submit(pinned)).codes).toEqual(['VihfAttribute']);
      expect((await submit(pinned, onAssertion('>4.0<', '>3.0<'))).codes).toEqual([]);
    } finally {
      await pinned.dmp.stop();
    }
  });
});
