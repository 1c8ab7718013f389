import { ASSOCIATION, NS, STATUS } from './dmp-rules.js';
import { onAssertion, onEnvelope, onHeaders, onSet, slotValue, swap, withoutSlot } from './reference-bends.js';
import { send } from './reference-client.js';
import type { Bends } from './reference-client.js';
import { buildDeletion, buildQuery } from './reference-registry.js';
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
} from './reference-world.js';
import type { ShownEntry, World } from './reference-world.js';

const UNKNOWN = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const OTHER_INS = '279035121518988';
const ASSOCIATIONS = /<Association .*<\/Association>/;
const EXTRINSIC = `<ExtrinsicObject id="${UNKNOWN}" lid="${UNKNOWN}" mimeType="application/dicom" objectType="x"/>`;
const PREVIOUS_VERSION =
  `<Association associationType="${ASSOCIATION.hasMember}" id="m1" sourceObject="SubmissionSet01" targetObject="${UNKNOWN}">` +
  `<Slot name="SubmissionSetStatus"><ValueList><Value>Original</Value></ValueList></Slot>` +
  `<Slot name="PreviousVersion"><ValueList><Value>1</Value></ValueList></Slot></Association>`;

describe('a deletion (TD3.3c in ITI-57)', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.dmp.stop());

  it('leaves the entry with the status Deleted, and its signature as it was', async () => {
    const { facts, entry } = await publish(world);
    const reply = await deleteEntry(world, entry.entryUuid);
    expect([reply.status, reply.codes]).toEqual([200, []]);
    expect(reply.text).toContain('urn:ihe:iti:2010:UpdateDocumentSetResponse');
    expect(reply.text).toContain('ResponseStatusType:Success');
    expect(await entryOf(world, facts.kosUid)).toEqual({ ...entry, status: STATUS.deleted });
    expect(await entryOf(world, facts.signatureUid)).toMatchObject({ status: STATUS.approved });
    expect(await lastLine(world)).toMatchObject({
      endpoint: '/registry',
      verdict: 'accepted',
      operation: 'delete',
      uniqueIds: [facts.kosUid],
      entryUuids: [entry.entryUuid],
    });
  });

  it('is seen by GetDocuments, hides the entry from FindDocuments of what is Approved', async () => {
    const { facts, entry } = await publish(world);
    await deleteEntry(world, entry.entryUuid);
    const ask = async (query: string, slots: Record<string, string>): Promise<string> =>
      (await send(`${world.dmp.url}/registry`, world.org, await buildQuery(world.org, query, slots))).text;
    const byId = await ask(GET_DOCUMENTS, { $XDSDocumentEntryUniqueId: `('${facts.kosUid}')` });
    expect(byId).toContain(`status="${STATUS.deleted}"`);
    expect(byId).toContain(`value="${facts.kosUid}"`);
    const find = (status: string): Promise<string> =>
      ask(FIND_DOCUMENTS, { $XDSDocumentEntryPatientId: PATIENT, $XDSDocumentEntryStatus: `('${status}')` });
    expect(await find(STATUS.approved)).not.toContain(facts.kosUid);
    expect(await find(STATUS.approved)).toContain(facts.signatureUid);
    expect(await find(STATUS.deleted)).toContain(facts.kosUid);
  });

  it('names the current entryUUID: stale → XDSMetadataUpdateError', async () => {
    const { facts, entry } = await publish(world);
    expect(await byOthers(world, facts.kosUid, 'touch')).toBe(200);
    const touched = await entryOf(world, facts.kosUid);
    expect(touched).toMatchObject({ logicalId: entry.logicalId, version: 2, status: STATUS.approved });
    expect(touched.entryUuid).not.toBe(entry.entryUuid);
    expect((await deleteEntry(world, entry.entryUuid)).codes).toEqual(['XDSMetadataUpdateError']);
    expect(await lastLine(world)).toMatchObject({
      verdict: 'refused',
      contexts: [expect.stringContaining('stale')],
      uniqueIds: [facts.kosUid],
    });
    expect((await deleteEntry(world, touched.entryUuid)).codes).toEqual([]);
  });

  it.each<[string, (target: Awaited<ReturnType<typeof publish>>) => Promise<unknown>]>([
    ['deleted by its author', ({ entry }) => deleteEntry(world, entry.entryUuid)],
    ['deleted by somebody else', ({ facts }) => byOthers(world, facts.kosUid, 'delete')],
    [
      'replaced',
      ({ facts, entry }) => publish(world, { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } }),
    ],
  ])('of an entry already %s → XDSMetadataUpdateError', async (_name, act) => {
    const target = await publish(world);
    await act(target);
    expect((await entryOf(world, target.facts.kosUid)).status).not.toBe(STATUS.approved);
    expect((await deleteEntry(world, target.entry.entryUuid)).codes).toEqual(['XDSMetadataUpdateError']);
    expect((await lastLine(world)).contexts).toEqual([expect.stringContaining('no longer Approved')]);
  });

  describe('is refused', () => {
    let target: Awaited<ReturnType<typeof publish>>;
    let before: ShownEntry[];
    beforeAll(async () => {
      target = await publish(world);
      before = await entriesOf(world);
    });
    afterEach(async () => expect(await entriesOf(world)).toEqual(before));

    it.each<[string, string, RegExp, Bends]>([
      ['unknown entryUUID', 'XDSMetadataUpdateError', /no entry/, onSet(swap(/(?<=targetObject=")[^"]*/, UNKNOWN))],
      [
        'bare uniqueId',
        'XDSRegistryMetadataError',
        /by its entryUUID/,
        onSet(swap(/(?<=targetObject=")[^"]*/, '1.2.250.1.213.4.5.3.900')),
      ],
      [
        'OriginalStatus Deprecated',
        'XDSMetadataUpdateError',
        /OriginalStatus/,
        onSet(slotValue('OriginalStatus', STATUS.deprecated)),
      ],
      ['no OriginalStatus', 'XDSMetadataUpdateError', /OriginalStatus/, onSet(withoutSlot('OriginalStatus'))],
      [
        'NewStatus Deleted of another authority',
        'XDSMetadataUpdateError',
        /NewStatus/,
        onSet(slotValue('NewStatus', 'urn:oasis:names:tc:ebxml-regrep:StatusType:Deleted')),
      ],
      ['NewStatus Deprecated', 'XDSMetadataUpdateError', /NewStatus/, onSet(slotValue('NewStatus', STATUS.deprecated))],
      [
        'NewStatus Archived (TD3.3d)',
        'XDSMetadataUpdateError',
        /TD3\.3d/,
        onSet(slotValue('NewStatus', STATUS.archived)),
      ],
      ['no NewStatus', 'XDSMetadataUpdateError', /NewStatus/, onSet(withoutSlot('NewStatus'))],
      [
        'metadata of the entry (TD3.3a/b)',
        'XDSMetadataUpdateError',
        /TD3\.3a\/b/,
        onSet(swap(ASSOCIATIONS, EXTRINSIC + PREVIOUS_VERSION)),
      ],
      ['PreviousVersion alone', 'XDSMetadataUpdateError', /TD3\.3a\/b/, onSet(swap(ASSOCIATIONS, PREVIOUS_VERSION))],
      ['no association', 'XDSRegistryMetadataError', /one UpdateAvailabilityStatus/, onSet(swap(ASSOCIATIONS, ''))],
      [
        'two associations',
        'XDSRegistryMetadataError',
        /one UpdateAvailabilityStatus/,
        onSet(swap(ASSOCIATIONS, '$&$&')),
      ],
      [
        'RPLC instead',
        'XDSRegistryMetadataError',
        /UpdateAvailabilityStatus/,
        onSet(swap(ASSOCIATION.updatesAvailability, ASSOCIATION.replaces)),
      ],
      [
        'association from another object',
        'XDSRegistryMetadataError',
        /from the submission set/,
        onSet(swap('sourceObject="SubmissionSet01"', 'sourceObject="Set"')),
      ],
      [
        'no set',
        'XDSRegistryMetadataError',
        /one submission set/,
        onSet(swap(/<RegistryPackage.*<\/RegistryPackage>/, '')),
      ],
      [
        'no list',
        'XDSRegistryMetadataError',
        /RegistryObjectList/,
        onSet(swap(/<RegistryObjectList.*<\/RegistryObjectList>/, '')),
      ],
      ['no contentTypeCode', 'XDSRegistryMetadataError', /contentTypeCode/, onSet(swap('1.2.250.1.213.2.2', '1.2.3'))],
      [
        'structure that is no author of the set',
        'XDSRegistryMetadataError',
        /EX_2\.1-1140/,
        onSet(swap(`^^^${STRUCTURE}`, `^^^${OTHER_STRUCTURE}`)),
      ],
      [
        'set of a patient who is not that of the VIHF',
        'XDSPatientIdDoesNotMatch',
        /resource-id/,
        onSet(swap('279035121518989', OTHER_INS)),
      ],
      ['entry of another patient', 'XDSPatientIdDoesNotMatch', /another patient/, { facts: { ins: OTHER_INS } }],
      ['production INS', 'XDSUnknownPatientId', /production/, { facts: { insOid: '1.2.250.1.213.1.4.8' } }],
      [
        'structure other than the author, of the same legal entity',
        'XDSMetadataUpdateError',
        /author structure/,
        { facts: { structure: GEOGRAPHIC } },
      ],
    ])('%s → %s', async (_name, code, context, bends) => {
      const reply = await deleteEntry(world, target.entry.entryUuid, bends);
      expect([reply.status, reply.codes]).toEqual([200, [code]]);
      const { verdict, contexts } = await lastLine(world);
      expect(verdict).toBe('refused');
      expect(contexts.join()).toMatch(context);
      expect(contexts.join()).not.toContain('2790351215189');
    });

    it('another structure → XDSMetadataUpdateError', async () => {
      const message = await buildDeletion(world.other, target.entry.entryUuid);
      const reply = await send(`${world.dmp.url}/registry`, world.other, message);
      expect(reply.codes).toEqual(['XDSMetadataUpdateError']);
      expect((await lastLine(world)).contexts).toEqual([expect.stringContaining('author structure')]);
    });

    it('a submission set already used → XDSDuplicateUniqueIdInRegistry', async () => {
      const { setUid } = target.facts;
      const reply = await deleteEntry(world, target.entry.entryUuid, { facts: { setUid } });
      expect(reply.codes).toEqual(['XDSDuplicateUniqueIdInRegistry']);
    });

    it.each<[string, string, Bends]>([
      ['VIHF changed after its signature', 'VihfSignature', onEnvelope('>INDIRECTE<', '>INDIRECTE <')],
      ['direct authentication', 'VihfAttribute', onAssertion('>INDIRECTE<', '>DIRECTE<')],
      ['action of another transaction', 'Action', onHeaders(':UpdateDocumentSet<', ':DeleteDocumentSet<')],
      ['action of a query', 'Payload', onHeaders('2010:UpdateDocumentSet<', '2007:RegistryStoredQuery<')],
      ['UpdateObjectsRequest', 'Payload', onSet((xml) => xml.replaceAll('lcm:SubmitObjects', 'lcm:UpdateObjects'))],
      ['another namespace', 'Payload', onSet(swap(NS.lcm, NS.rs))],
    ])('%s → SOAP fault %s', async (_name, detail, bends) => {
      const reply = await deleteEntry(world, target.entry.entryUuid, bends);
      expect([reply.status, reply.codes]).toEqual([500, [detail]]);
    });

    it('replayed → SOAP fault', async () => {
      const message = await buildDeletion(world.org, UNKNOWN);
      const url = `${world.dmp.url}/registry`;
      expect((await send(url, world.org, message)).codes).toEqual(['XDSMetadataUpdateError']);
      expect((await send(url, world.org, message)).codes).toEqual(['MessageIdSeen']);
    });
  });

  it('only one of two that arrive at the same time passes', async () => {
    const { entry } = await publish(world);
    const replies = await Promise.all([deleteEntry(world, entry.entryUuid), deleteEntry(world, entry.entryUuid)]);
    expect(replies.map(({ codes }) => codes.join()).toSorted()).toEqual(['', 'XDSMetadataUpdateError']);
  });

  it('by somebody else wants an Approved entry', async () => {
    const { facts } = await publish(world);
    expect(await byOthers(world, facts.kosUid, 'delete')).toBe(200);
    expect(await entryOf(world, facts.kosUid)).toMatchObject({ status: STATUS.deleted });
    expect(await byOthers(world, facts.kosUid, 'delete')).toBe(409);
    expect(await byOthers(world, facts.kosUid, 'touch')).toBe(409);
    expect(await byOthers(world, '1.2.3', 'touch')).toBe(404);
  });
});

const FIND_DOCUMENTS = 'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d';
const GET_DOCUMENTS = 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';
const PATIENT = "'279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH'";
