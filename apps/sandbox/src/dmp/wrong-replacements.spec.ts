import { ASSOCIATION } from './dmp-rules.js';
import { after, onAssertion, onSet, swap } from './reference-bends.js';
import { buildSubmission, send } from './reference-client.js';
import type { Bends } from './reference-client.js';
import { createWorld, entriesOf, lastLine, OTHER_STRUCTURE, publish, STRUCTURE, submit } from './reference-world.js';
import type { ShownEntry, World } from './reference-world.js';

const UNKNOWN = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const OTHER_INS = '279035121518988';
const RPLC = /<Association [^>]*RPLC.*?<\/Association>/;

describe('the sandbox DMP refuses a replacement', () => {
  let world: World;
  let target: Awaited<ReturnType<typeof publish>>;
  let before: ShownEntry[];
  beforeAll(async () => {
    world = await createWorld();
    target = await publish(world);
    before = await entriesOf(world);
  });
  afterAll(() => world.dmp.stop());

  /** A replacement of the target, correct unless bent. */
  const replacement = (bends: Bends = {}): Bends => ({
    ...bends,
    facts: { studyUid: target.facts.studyUid, replaces: target.entry.entryUuid, ...bends.facts },
  });
  const onRplc = (from: string | RegExp, to: string): Bends =>
    onSet(after(`<Association associationType="${ASSOCIATION.replaces}"`, swap(from, to)));

  it.each<[string, string, RegExp, () => Bends]>([
    ['unknown target', 'XDSReplaceFailed', /no entry/, () => ({ facts: { replaces: UNKNOWN } })],
    ['another study', 'XDSReplaceFailed', /another study/, () => ({ facts: { studyUid: '2.25.17' } })],
    [
      'target of another typeCode',
      'XDSReplaceFailed',
      /typeCode/,
      () => ({ facts: { replaces: signatureOf(before, target.facts.signatureUid) } }),
    ],
    ['another patient', 'XDSPatientIdDoesNotMatch', /another patient/, () => ({ facts: { ins: OTHER_INS } })],
    [
      'a patient who is not that of the VIHF',
      'XDSPatientIdDoesNotMatch',
      /resource-id/,
      () => onAssertion('279035121518989', OTHER_INS),
    ],
    [
      'bare uniqueId',
      'XDSRegistryMetadataError',
      /not by its uniqueId/,
      () => ({ facts: { replaces: target.facts.kosUid } }),
    ],
    [
      'uniqueId as an OID URN',
      'XDSRegistryMetadataError',
      /not by its uniqueId/,
      () => ({ facts: { replaces: `urn:oid:${target.facts.kosUid}` } }),
    ],
    ['two RPLC', 'XDSRegistryMetadataError', /one entry at most/, () => onSet(swap(RPLC, '$&$&'))],
    [
      'RPLC from the signature',
      'XDSRegistryMetadataError',
      /from the KOS/,
      () => onRplc('"DocumentKOS"', '"Signature01"'),
    ],
    [
      'RPLC from the set',
      'XDSRegistryMetadataError',
      /from the KOS/,
      () => onRplc('"DocumentKOS"', '"SubmissionSet01"'),
    ],
    [
      'an addendum instead',
      'XDSRegistryMetadataError',
      /nor RPLC/,
      () => onRplc('AssociationType:RPLC', 'AssociationType:APND'),
    ],
    [
      'RPLC without a HasMember',
      'XDSRegistryMetadataError',
      /HasMember/,
      () => onSet(swap(/<Association [^>]*HasMember.*?<\/Association>/, '')),
    ],
    [
      'uniqueId of the replaced entry again',
      'XDSNonIdenticalHash',
      /another hash/,
      // Another study changes the bytes; the duplicate is told first.
      () => ({ facts: { kosUid: target.facts.kosUid, studyUid: '2.25.17' } }),
    ],
    [
      'the replaced document again',
      'XDSDuplicateUniqueIdInRegistry',
      /same hash/,
      () => ({ facts: { kosUid: target.facts.kosUid } }),
    ],
    [
      'structure that is no author of the new document',
      'XDSRegistryMetadataError',
      /EX_2\.1-1140/,
      () => onSet(after('id="DocumentKOS"', swap(`^^^${STRUCTURE}`, `^^^${OTHER_STRUCTURE}`))),
    ],
  ])('%s → %s', async (_name, code, context, bends) => {
    const reply = await submit(world, replacement(bends()));
    expect([reply.status, new Set(reply.codes)]).toEqual([200, new Set([code])]);
    const line = await lastLine(world);
    expect(line.contexts.join()).toMatch(context);
    expect(line.contexts.join()).not.toContain('2790351215189');
    expect(await entriesOf(world)).toEqual(before);
  });

  it('another structure → XDSReplaceFailed', async () => {
    const message = await buildSubmission(world.other, replacement());
    const reply = await send(`${world.dmp.url}/repository`, world.other, message);
    expect(reply.codes).toEqual(['XDSReplaceFailed']);
    expect((await lastLine(world)).contexts).toEqual(['the replaced entry is of another structure']);
    expect(await entriesOf(world)).toEqual(before);
  });
});

const signatureOf = (entries: readonly ShownEntry[], signatureUid: string): string =>
  entries.find(({ uniqueId }) => uniqueId === signatureUid)!.entryUuid;
