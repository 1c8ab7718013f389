import { ASSOCIATION, STATUS } from './dmp-rules.js';
import { after, onAssertion, onSet, swap } from './reference-bends.js';
import { buildSubmission, send } from './reference-client.js';
import type { Bends } from './reference-client.js';
import {
  byOthers,
  createWorld,
  deleteEntry,
  entriesOf,
  entryOf,
  GEOGRAPHIC,
  lastLine,
  OTHER_STRUCTURE,
  publish,
  STRUCTURE,
  submit,
} from './reference-world.js';
import type { ShownEntry, World } from './reference-world.js';

const UNKNOWN = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const SECOND_GEOGRAPHIC = '1750000028';
const OTHER_INS = '279035121518988';

describe('a replacement (RPLC in ITI-41)', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ ejOf: { [GEOGRAPHIC]: STRUCTURE, [SECOND_GEOGRAPHIC]: STRUCTURE } });
  });
  afterAll(() => world.dmp.stop());

  it('deprecates the replaced entry and goes on with its lid and version', async () => {
    const first = await publish(world);
    const { studyUid } = first.facts;
    const second = await publish(world, { facts: { studyUid, replaces: first.entry.entryUuid } });
    const third = await publish(world, { facts: { studyUid, replaces: second.entry.entryUuid } });
    expect(first.entry).toMatchObject({ version: 1, logicalId: first.entry.entryUuid, status: STATUS.approved });
    expect(await entryOf(world, first.facts.kosUid)).toEqual({
      ...first.entry,
      status: STATUS.deprecated,
      replacedBy: second.facts.kosUid,
    });
    expect(await entryOf(world, second.facts.kosUid)).toMatchObject({
      version: 2,
      status: STATUS.deprecated,
      replacedBy: third.facts.kosUid,
      logicalId: first.entry.logicalId,
    });
    expect(third.entry).toMatchObject({ version: 3, status: STATUS.approved, logicalId: first.entry.logicalId });
    const uuids = [first, second, third].map(({ entry }) => entry.entryUuid);
    expect(new Set(uuids).size).toBe(3);
    // The signature of the first set is a document of its own: it proves what was submitted then.
    expect(await entryOf(world, first.facts.signatureUid)).toMatchObject({ version: 1, status: STATUS.approved });
    expect(await lastLine(world)).toMatchObject({
      verdict: 'accepted',
      operation: 'replace',
      uniqueIds: [third.facts.kosUid, third.facts.signatureUid],
      entryUuids: [uuids[1]],
    });
  });

  it('of an entry whose metadata were updated names its new entryUUID', async () => {
    const { facts, entry } = await publish(world);
    expect(await byOthers(world, facts.kosUid, 'touch')).toBe(200);
    const { studyUid } = facts;
    expect((await submit(world, { facts: { studyUid, replaces: entry.entryUuid } })).codes).toEqual([
      'XDSReplaceFailed',
    ]);
    expect((await lastLine(world)).contexts).toEqual([expect.stringContaining('stale')]);
    const { entryUuid } = await entryOf(world, facts.kosUid);
    const next = await publish(world, { facts: { studyUid, replaces: entryUuid } });
    expect(next.entry).toMatchObject({ version: 3, logicalId: entry.logicalId });
  });

  it.each([
    [GEOGRAPHIC, STRUCTURE],
    [STRUCTURE, GEOGRAPHIC],
  ])('crosses from a geographic structure to its legal entity and back: %s by %s', async (author, replacer) => {
    const first = await publish(world, { facts: { structure: author } });
    const facts = { studyUid: first.facts.studyUid, replaces: first.entry.entryUuid, structure: replacer };
    expect((await submit(world, { facts })).codes).toEqual([]);
  });

  describe('is refused', () => {
    let target: Awaited<ReturnType<typeof publish>>;
    let before: ShownEntry[];
    beforeAll(async () => {
      target = await publish(world);
      before = await entriesOf(world);
    });

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

  it('two geographic structures of one legal entity are strangers → XDSReplaceFailed', async () => {
    const first = await publish(world, { facts: { structure: GEOGRAPHIC } });
    const facts = { studyUid: first.facts.studyUid, replaces: first.entry.entryUuid, structure: SECOND_GEOGRAPHIC };
    expect((await submit(world, { facts })).codes).toEqual(['XDSReplaceFailed']);
  });

  it.each<[string, (target: Awaited<ReturnType<typeof publish>>) => Promise<unknown>]>([
    [
      'already replaced',
      ({ facts, entry }) => publish(world, { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } }),
    ],
    ['deleted by its author', ({ entry }) => deleteEntry(world, entry.entryUuid)],
    ['deleted by somebody else', ({ facts }) => byOthers(world, facts.kosUid, 'delete')],
  ])('target %s → XDSReplaceFailed', async (_name, act) => {
    const target = await publish(world);
    await act(target);
    const { status } = await entryOf(world, target.facts.kosUid);
    expect(status).not.toBe(STATUS.approved);
    const { studyUid } = target.facts;
    const reply = await submit(world, { facts: { studyUid, replaces: target.entry.entryUuid } });
    expect(reply.codes).toEqual(['XDSReplaceFailed']);
    expect((await lastLine(world)).contexts).toEqual([expect.stringContaining('no longer Approved')]);
  });

  it('only one of two that arrive at the same time passes', async () => {
    const { facts, entry } = await publish(world);
    const bends = { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } };
    const replies = await Promise.all([submit(world, bends), submit(world, bends)]);
    expect(replies.map(({ codes }) => codes.join()).toSorted()).toEqual(['', 'XDSReplaceFailed']);
  });
});

const RPLC = /<Association [^>]*RPLC.*?<\/Association>/;

const signatureOf = (entries: readonly ShownEntry[], signatureUid: string): string =>
  entries.find(({ uniqueId }) => uniqueId === signatureUid)!.entryUuid;
