import { STATUS } from './dmp-rules.js';
import { send } from './reference-client.js';
import { buildQuery } from './reference-registry.js';
import { byOthers, createWorld, deleteEntry, entryOf, lastLine, publish } from './reference-world.js';
import type { World } from './reference-world.js';

const FIND_DOCUMENTS = 'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d';
const GET_DOCUMENTS = 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';
const PATIENT = "'279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH'";

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
