import { onAssertion, onEnvelope } from './reference-bends.js';
import { buildSubmission, send } from './reference-client.js';
import type { Bends, Message, Reply } from './reference-client.js';
import { buildQuery } from './reference-registry.js';
import { createWorld } from './reference-world.js';
import type { World } from './reference-world.js';

const FIND_DOCUMENTS = 'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d';
const GET_DOCUMENTS = 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';
const PATIENT = "'279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH'";
const APPROVED = "('urn:oasis:names:tc:ebxml-regrep:StatusType:Approved')";

describe('ITI-18 of the sandbox DMP', () => {
  let world: World;
  let published: Message;
  let entryUuid: string;

  beforeAll(async () => {
    world = await createWorld();
    published = await buildSubmission(world.org);
    await send(`${world.dmp.url}/repository`, world.org, published);
    const entries = (await (await fetch(`${world.dmp.deskUrl}/entries`)).json()) as Record<string, string>[];
    entryUuid = entries.find(({ uniqueId }) => uniqueId === published.facts.kosUid)!.entryUuid!;
  });
  afterAll(() => world.dmp.stop());

  const ask = async (
    query: string,
    slots: Record<string, string>,
    returnType: 'ObjectRef' | 'LeafClass' = 'ObjectRef',
    bends: Bends = {},
  ): Promise<Reply> =>
    send(`${world.dmp.url}/registry`, world.org, await buildQuery(world.org, query, slots, returnType, bends));

  it('gives the entryUUID of a uniqueId', async () => {
    const reply = await ask(GET_DOCUMENTS, { $XDSDocumentEntryUniqueId: `('${published.facts.kosUid}')` });
    expect(reply.text).toContain('ResponseStatusType:Success');
    expect(reply.text.match(/<ObjectRef id="[^"]*"/g)).toEqual([`<ObjectRef id="${entryUuid}"`]);
  });

  it('gives the metadata of an entryUUID', async () => {
    const reply = await ask(GET_DOCUMENTS, { $XDSDocumentEntryEntryUUID: `('${entryUuid}')` }, 'LeafClass');
    expect(reply.text).toContain(`value="${published.facts.kosUid}"`);
    expect(reply.text).toContain('status="urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"');
    expect(reply.text).not.toContain('"DocumentKOS"');
  });

  it.each([
    [{}, 2],
    [{ $XDSDocumentEntryTypeCode: "('IMG-KOS^^1.2.250.1.213.1.1.4.12')" }, 1],
    [{ $XDSDocumentEntryTypeCode: "('IMG-KOS^^1.2.250.1.213.1.1.4.12','E1762^^ASTM')" }, 2],
    [{ $XDSDocumentEntryFormatCode: "('unknown^^1.2.3')" }, 0],
  ])('finds the documents of a patient: %j → %d', async (filter, count) => {
    const slots = { $XDSDocumentEntryPatientId: PATIENT, $XDSDocumentEntryStatus: APPROVED, ...filter };
    const reply = await ask(FIND_DOCUMENTS, slots);
    expect(reply.codes).toEqual([]);
    expect(reply.text.match(/<ObjectRef /g) ?? []).toHaveLength(count);
  });

  it('shows nothing of another patient', async () => {
    const other = onAssertion('279035121518989', '279035121518988');
    const byId = await ask(
      GET_DOCUMENTS,
      { $XDSDocumentEntryUniqueId: `('${published.facts.kosUid}')` },
      'LeafClass',
      other,
    );
    expect(byId.text).not.toContain('ExtrinsicObject');
    const byPatient = { $XDSDocumentEntryPatientId: PATIENT, $XDSDocumentEntryStatus: APPROVED };
    expect((await ask(FIND_DOCUMENTS, byPatient, 'LeafClass', other)).codes).toEqual(['XDSPatientIdDoesNotMatch']);
  });

  it.each<[string, string, string, Record<string, string>]>([
    ['unknown query', 'XDSUnknownStoredQuery', 'urn:uuid:00000000-0000-0000-0000-000000000000', {}],
    ['no patient', 'XDSStoredQueryMissingParam', FIND_DOCUMENTS, { $XDSDocumentEntryStatus: APPROVED }],
    ['no status', 'XDSStoredQueryMissingParam', FIND_DOCUMENTS, { $XDSDocumentEntryPatientId: PATIENT }],
    ['no identifier', 'XDSStoredQueryMissingParam', GET_DOCUMENTS, {}],
    ['value without quotes', 'XDSRegistryError', GET_DOCUMENTS, { $XDSDocumentEntryUniqueId: '(1.2.3)' }],
  ])('refuses: %s → %s', async (_name, code, query, slots) => {
    const reply = await ask(query, slots);
    expect(reply.codes).toEqual([code]);
    expect(reply.text).toContain('ResponseStatusType:Failure');
  });

  it('checks the VIHF as for a submission', async () => {
    const slots = { $XDSDocumentEntryUniqueId: "('1.2.3')" };
    const tampered = onEnvelope('>INDIRECTE<', '>INDIRECTE <');
    expect((await ask(GET_DOCUMENTS, slots, 'ObjectRef', tampered)).codes).toEqual(['VihfSignature']);
  });
});
