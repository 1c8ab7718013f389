import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '@drimbox/testing';
import { STATUS } from './dmp-rules.js';
import { buildSubmission, send } from './reference-client.js';
import { buildQuery } from './reference-registry.js';
import { createWorld, deleteEntry, entryOf, ledgerOf, publish, submit, uniqueIdsOf } from './reference-world.js';
import type { World } from './reference-world.js';

const GET_DOCUMENTS = 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';

describe('faults on demand', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.dmp.stop());
  afterEach(() => fetch(`${world.dmp.deskUrl}/reset`, { method: 'POST' }));

  const order = async (fault: object): Promise<number> =>
    (await fetch(`${world.dmp.deskUrl}/faults`, { method: 'POST', body: JSON.stringify(fault) })).status;

  it.each([
    [{ kind: 'refuse', code: 'XDSRepositoryError' }, 200, ['XDSRepositoryError']],
    [{ kind: 'busy' }, 200, ['XDSRepositoryBusy']],
    [{ kind: 'fault' }, 500, ['OnDemand']],
    [{ kind: 'html-503' }, 503, []],
  ])('%j once, and nothing is registered', async (fault, status, codes) => {
    expect(await order({ ...fault, times: 1 })).toBe(201);
    const reply = await submit(world);
    expect([reply.status, reply.codes]).toEqual([status, codes]);
    expect(await uniqueIdsOf(world)).toEqual([]);
    expect((await submit(world)).codes).toEqual([]);
    expect(await uniqueIdsOf(world)).toHaveLength(2);
  });

  it.each([
    ['down', 0],
    ['lose-answer', 2],
    ['cut-mid-answer', 2],
  ])('%s: the client gets no answer, %d documents are registered', async (kind, registered) => {
    await order({ kind, times: 1 });
    const message = await buildSubmission(world.org);
    await expect(send(`${world.dmp.url}/repository`, world.org, message)).rejects.toThrow();
    expect(await uniqueIdsOf(world)).toHaveLength(registered);
    expect((await ledgerOf(world)).map(({ behaviour }) => behaviour)).toEqual([kind]);
  });

  it('a lost answer is found out by sending the same document again', async () => {
    await order({ kind: 'lose-answer', times: 1 });
    const message = await buildSubmission(world.org);
    await expect(send(`${world.dmp.url}/repository`, world.org, message)).rejects.toThrow();
    const { kosUid, studyUid } = message.facts;
    const again = await submit(world, { facts: { kosUid, studyUid } });
    expect(again.codes).toEqual(['XDSDuplicateUniqueIdInRegistry']);
    expect(again.text).toContain('same hash');
  });

  it('lasts until cleared, on the endpoint asked for', async () => {
    await order({ kind: 'busy', endpoint: '/repository' });
    expect((await submit(world)).codes).toEqual(['XDSRepositoryBusy']);
    expect((await submit(world)).codes).toEqual(['XDSRepositoryBusy']);
    await fetch(`${world.dmp.deskUrl}/faults`, { method: 'DELETE' });
    expect((await submit(world)).codes).toEqual([]);
  });

  it.each([
    [{ kind: 'refuse', code: 'XDSRegistryError' }, 200, ['XDSRegistryError']],
    [{ kind: 'busy' }, 200, ['XDSRegistryBusy']],
    [{ kind: 'fault' }, 500, ['OnDemand']],
    [{ kind: 'html-503' }, 503, []],
  ])('%j on a deletion once, and nothing is deleted', async (fault, status, codes) => {
    const { facts, entry } = await publish(world);
    await order({ ...fault, operation: 'delete', times: 1 });
    // The query that a gateway asks before it deletes goes to the same endpoint, unhurt.
    const query = await buildQuery(world.org, GET_DOCUMENTS, { $XDSDocumentEntryUniqueId: `('${facts.kosUid}')` });
    expect((await send(`${world.dmp.url}/registry`, world.org, query)).text).toContain(entry.entryUuid);
    const reply = await deleteEntry(world, entry.entryUuid);
    expect([reply.status, reply.codes]).toEqual([status, codes]);
    expect(await entryOf(world, facts.kosUid)).toMatchObject({ status: STATUS.approved });
    expect((await ledgerOf(world)).map(({ operation, behaviour }) => [operation, behaviour])).toEqual([
      ['publish', undefined],
      ['query', undefined],
      ['delete', fault.kind],
    ]);
    expect((await deleteEntry(world, entry.entryUuid)).codes).toEqual([]);
  });

  it.each([
    ['down', STATUS.approved],
    ['lose-answer', STATUS.deleted],
    ['cut-mid-answer', STATUS.deleted],
  ])('%s on a deletion: no answer, and the entry is %s', async (kind, status) => {
    const { facts, entry } = await publish(world);
    await order({ kind, operation: 'delete', times: 1 });
    await expect(deleteEntry(world, entry.entryUuid)).rejects.toThrow();
    expect(await entryOf(world, facts.kosUid)).toMatchObject({ status });
  });

  it.each([
    ['down', STATUS.approved],
    ['lose-answer', STATUS.deprecated],
    ['cut-mid-answer', STATUS.deprecated],
  ])('%s on a replacement: no answer, and the former entry is %s', async (kind, status) => {
    await order({ kind, operation: 'replace', times: 1 });
    const { facts, entry } = await publish(world);
    const bends = { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } };
    const message = await buildSubmission(world.org, bends);
    await expect(send(`${world.dmp.url}/repository`, world.org, message)).rejects.toThrow();
    expect(await entryOf(world, facts.kosUid)).toMatchObject({ status });
    // Sent again, it is found out as done, or is done now.
    const again = await submit(world, { facts: { ...bends.facts, kosUid: message.facts.kosUid } });
    expect(again.codes).toEqual(kind === 'down' ? [] : ['XDSDuplicateUniqueIdInRegistry']);
    expect(await entryOf(world, facts.kosUid)).toMatchObject({
      status: STATUS.deprecated,
      replacedBy: message.facts.kosUid,
    });
  });

  it.each([
    [{ kind: 'refuse', code: 'XDSRepositoryError' }, ['XDSRepositoryError']],
    [{ kind: 'busy' }, ['XDSRepositoryBusy']],
    [{ kind: 'fault' }, ['OnDemand']],
    [{ kind: 'html-503' }, []],
  ])('%j on a replacement, and nothing is replaced', async (fault, codes) => {
    const { facts, entry } = await publish(world);
    await order({ ...fault, operation: 'replace', times: 1 });
    const bends = { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } };
    expect((await submit(world, bends)).codes).toEqual(codes);
    expect(await entryOf(world, facts.kosUid)).toEqual(entry);
    expect((await submit(world, bends)).codes).toEqual([]);
  });

  it('slow: works for a client that has gone, unless the DMP is reset meanwhile', async () => {
    for (const reset of [false, true]) {
      await order({ kind: 'slow', ms: 1500 });
      const message = await buildSubmission(world.org);
      const sent = send(`${world.dmp.url}/repository`, world.org, message, { timeoutMs: 700 });
      await expect(sent).rejects.toThrow();
      await fetch(`${world.dmp.deskUrl}/${reset ? 'reset' : 'faults'}`, { method: reset ? 'POST' : 'DELETE' });
      const document = (): Promise<Response> => fetch(`${world.dmp.deskUrl}/entries/${message.facts.kosUid}/document`);
      if (reset) {
        await new Promise((resolve) => setTimeout(resolve, 2000));
        expect((await document()).status).toBe(404);
      } else await eventually(async () => expect((await document()).status).toBe(200), 20_000);
    }
  });

  it('slow: works all the same', async () => {
    await order({ kind: 'slow', ms: 20 });
    const { entry } = await publish(world);
    expect((await deleteEntry(world, entry.entryUuid)).codes).toEqual([]);
    expect((await ledgerOf(world)).map(({ behaviour }) => behaviour)).toEqual(['slow', 'slow']);
  });

  it('refuses an order it does not understand', async () => {
    expect(await order({ kind: 'explode' })).toBe(400);
    expect(await order({ kind: 'refuse', code: '"><x' })).toBe(400);
    expect(await order({ kind: 'busy', times: 0 })).toBe(400);
    expect(await order({ kind: 'busy', operation: 'archive' })).toBe(400);
  });

  it('shows the document and its metadata', async () => {
    const message = await buildSubmission(world.org);
    await send(`${world.dmp.url}/repository`, world.org, message);
    const desk = `${world.dmp.deskUrl}/entries`;
    const entries = (await (await fetch(desk)).json()) as Record<string, unknown>[];
    const kos = entries.find(({ uniqueId }) => uniqueId === message.facts.kosUid)!;
    expect(kos).toMatchObject({
      typeCode: 'IMG-KOS',
      clientStructure: world.org.structure,
      authorInstitution: [world.org.structure],
      confidentialityCodes: ['N'],
    });
    const bytes = Buffer.from(await (await fetch(`${desk}/${message.facts.kosUid}/document`)).arrayBuffer());
    expect(bytes.toString('latin1', 128, 132)).toBe('DICM');
    expect(bytes).toHaveLength(kos.size as number);
    const metadata = await (await fetch(`${desk}/${message.facts.kosUid}/metadata`)).text();
    expect(metadata).toContain(kos.entryUuid as string);
    expect((await fetch(`${desk}/1.2.3/document`)).status).toBe(404);
  });

  it('says so when a port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    await expect(createWorld({ port })).rejects.toThrow('EADDRINUSE');
    squatter.close();
  });
});
