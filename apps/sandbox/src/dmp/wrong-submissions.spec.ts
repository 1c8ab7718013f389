import { randomUUID } from 'node:crypto';
import { after, onAssertion, swap } from './reference-bends.js';
import { buildSubmission, correctFacts, makeKos, send } from './reference-client.js';
import type { Bends, Message } from './reference-client.js';
import { createWorld, GEOGRAPHIC, lastLine, submit, uniqueIdsOf } from './reference-world.js';
import type { World } from './reference-world.js';

const EMPTY_SIGNATURE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>';
const AUTOMATON =
  '<saml:AttributeValue><Role xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xsi:type="CE" code="AUTOMATE" codeSystem="1.2.250.1.213.1.1.4.6"/></saml:AttributeValue>';
const ROLES = /<saml:AttributeValue><Role .*<\/saml:AttributeValue>(?=<\/saml:Attribute><\/saml:AttributeStatement>)/;

describe('the sandbox DMP and a submission', () => {
  let world: World;
  let otherKos: Buffer;
  beforeAll(async () => {
    world = await createWorld();
    otherKos = await makeKos(correctFacts(world.org));
  });
  afterAll(() => world.dmp.stop());

  it.each<[string, Bends]>([
    ['SHA-256, explicit little endian', {}],
    ['SHA-1 as in the published request, implicit little endian', { algorithm: 'sha1', implicitKos: true }],
    ['VIHF 3.0', onAssertion('>4.0<', '>3.0<')],
    ['an automaton', onAssertion(ROLES, AUTOMATON)],
    ['a masked and hidden document', { facts: { confidentiality: ['MASQUE_PS', 'INVISIBLE_PATIENT'] } }],
    ['a test NIA', { facts: { insOid: '1.2.250.1.213.1.4.11' } }],
    ['a geographic structure under the certificate of its legal one', { facts: { structure: GEOGRAPHIC } }],
  ])('accepts a correct one: %s', async (_name, bends) => {
    const message = await buildSubmission(world.org, bends);
    const reply = await send(`${world.dmp.url}/repository`, world.org, message);
    expect(reply.codes).toEqual([]);
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('ResponseStatusType:Success');
    expect(await uniqueIdsOf(world)).toContain(message.facts.kosUid);
  });

  it.each<[string, string, RegExp, Bends | ((world: World) => Bends)]>([
    [
      'wrong hash',
      'XDSRepositoryMetadataError',
      /SHA-1/,
      { metadata: swap(/(?<="hash"><ValueList><Value>)\w{40}/, '0'.repeat(40)) },
    ],
    ['wrong size', 'XDSRepositoryMetadataError', /size/, { metadata: swap(/(?<="size"><ValueList><Value>)\d+/, '1') }],
    ['missing attachment', 'XDSMissingDocument', /KOS/, { attachments: (parts) => new Map([...parts].slice(1)) }],
    [
      'attachment of no entry',
      'XDSMissingDocumentMetadata',
      /attachment/,
      { attachments: (parts) => new Map([...parts, ['more@reference', Buffer.from('x')]]) },
    ],
    ['other SOPInstanceUID', 'XDSRepositoryMetadataError', /SOPInstanceUID/, () => ({ kos: () => otherKos })],
    ['document that is not DICOM', 'XDSRepositoryMetadataError', /DICOM/, { kos: () => Buffer.from('not a KOS') }],
    ['KOS cut short', 'XDSRepositoryMetadataError', /damaged/, { kos: (file) => file.subarray(0, 400) }],
    ['unsigned set', 'XDSRepositoryMetadataError', /signature/, { signatureFile: () => EMPTY_SIGNATURE }],
    [
      'signature that does not verify',
      'XDSRepositoryMetadataError',
      /does not verify/,
      { signatureFile: swap(/<SigningTime>\d{4}/, '<SigningTime>2020') },
    ],
    [
      'signature of another set',
      'XDSRepositoryMetadataError',
      /this submission set/,
      { signatureTemplate: swap(/urn:oid:[0-9.]+/, 'urn:oid:1.2.3') },
    ],
    [
      'signature of another document',
      'XDSRepositoryMetadataError',
      /manifest digest/,
      { signatureTemplate: after('<ds:Manifest', swap(/(?<=<ds:DigestValue>)[^<]{10,}(?=<)/, 'AAAA')) },
    ],
    [
      'signature without purpose',
      'XDSRepositoryMetadataError',
      /purpose/,
      { signatureTemplate: swap('1.2.840.10065.1.12.1.14', '1.2.3') },
    ],
    [
      'another signing certificate named',
      'XDSRepositoryMetadataError',
      /SigningCertificate/,
      { signatureTemplate: swap(/(?<=X509SerialNumber>)\d+/, '17') },
    ],
    [
      'set signed by another structure',
      'XDSRepositoryMetadataError',
      /structure/,
      (w) => ({ setSigner: w.other.seal }),
    ],
    ['set signed by another CA', 'XDSRepositoryMetadataError', /verify/, (w) => ({ setSigner: w.stranger.seal })],
    ['set signed by a revoked seal', 'XDSRepositoryMetadataError', /revoked/, (w) => ({ setSigner: w.revokedSeal })],
    [
      'DOCTYPE in the signature',
      'XDSRepositoryMetadataError',
      /DOCTYPE/,
      { signatureFile: swap('<ds:Signature', '<!DOCTYPE x><ds:Signature') },
    ],
  ])('refuses: %s → %s', async (_name, code, context, bend) => {
    const before = await uniqueIdsOf(world);
    const reply = await submit(world, typeof bend === 'function' ? bend(world) : bend);
    expect(new Set(reply.codes)).toEqual(new Set([code]));
    expect(reply.status).toBe(200);
    expect((await lastLine(world)).contexts.join('\n')).toMatch(context);
    expect(await uniqueIdsOf(world)).toEqual(before);
  });

  it('refuses a replayed request, and a replayed assertion under a new MessageID', async () => {
    const message = await buildSubmission(world.org);
    const url = `${world.dmp.url}/repository`;
    const first = await send(url, world.org, message);
    const same = await send(url, world.org, message);
    const renamed = await send(url, world.org, { ...message, body: withNewMessageId(message) });
    expect([first.codes, same.codes, renamed.codes]).toEqual([[], ['MessageIdSeen'], ['VihfReplayed']]);
  });

  it('tells a duplicate of the same bytes from other bytes under the same uniqueId', async () => {
    const first = await buildSubmission(world.org);
    const { kosUid, studyUid, setUid } = first.facts;
    const replies = [
      await send(`${world.dmp.url}/repository`, world.org, first),
      await submit(world, { facts: { kosUid, studyUid } }),
      await submit(world, { facts: { kosUid, studyUid: '2.25.99' } }),
      await submit(world, { facts: { setUid } }),
    ];
    expect(replies.map(({ codes }) => codes)).toEqual([
      [],
      ['XDSDuplicateUniqueIdInRegistry'],
      ['XDSNonIdenticalHash'],
      ['XDSDuplicateUniqueIdInRegistry'],
    ]);
    expect(replies[1]!.text).toContain('same hash');
    expect(replies[2]!.text).toContain('another hash');
  });

  it('registers once when the same document arrives twice at the same time', async () => {
    const first = await buildSubmission(world.org);
    const { kosUid, studyUid } = first.facts;
    const second = await buildSubmission(world.org, { facts: { kosUid, studyUid } });
    const replies = await Promise.all(
      [first, second].map((message) => send(`${world.dmp.url}/repository`, world.org, message)),
    );
    expect(replies.map(({ codes }) => codes.join()).toSorted()).toEqual(['', 'XDSDuplicateUniqueIdInRegistry']);
  });
});

const withNewMessageId = ({ body }: Message): Buffer =>
  Buffer.from(
    body.toString('latin1').replace(/(?<=<MessageID [^>]*>)urn:uuid:[^<]+/, `urn:uuid:${randomUUID()}`),
    'latin1',
  );
