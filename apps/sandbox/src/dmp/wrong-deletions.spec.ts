import { ASSOCIATION, NS, STATUS } from './dmp-rules.js';
import { onAssertion, onEnvelope, onHeaders, onSet, slotValue, swap, withoutSlot } from './reference-bends.js';
import { send } from './reference-client.js';
import type { Bends } from './reference-client.js';
import { buildDeletion } from './reference-registry.js';
import {
  createWorld,
  deleteEntry,
  entriesOf,
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

describe('the sandbox DMP refuses a deletion', () => {
  let world: World;
  let target: Awaited<ReturnType<typeof publish>>;
  let before: ShownEntry[];
  beforeAll(async () => {
    world = await createWorld();
    target = await publish(world);
    before = await entriesOf(world);
  });
  afterAll(() => world.dmp.stop());
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
    ['two associations', 'XDSRegistryMetadataError', /one UpdateAvailabilityStatus/, onSet(swap(ASSOCIATIONS, '$&$&'))],
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
