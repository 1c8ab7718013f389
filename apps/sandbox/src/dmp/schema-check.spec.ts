import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NS } from './dmp-rules.js';
import { onKos, swap } from './reference-bends.js';
import { send } from './reference-client.js';
import { buildQuery } from './reference-registry.js';
import { createWorld, deleteEntry, lastLine, publish, submit } from './reference-world.js';
import type { World } from './reference-world.js';
import { checkSchema } from './schema-check.js';
import { parseXml } from './xml.js';

const repository = join(import.meta.dirname, '../../../..');
const samples = process.env.DRIMBOX_SAMPLES ?? join(repository, '../shared/samples');
const xsdDir = join(samples, 'interop/xds-xsd');
const suite = existsSync(xsdDir) ? describe : describe.skip;

suite('the schemas of IHE and ebRS', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ xsdDir });
  });
  afterAll(() => world.dmp.stop());

  it('let a correct submission and a correct query through', async () => {
    expect((await submit(world)).codes).toEqual([]);
    expect(await lastLine(world)).toMatchObject({ verdict: 'accepted', schema: 'valid' });
    const slots = { $XDSDocumentEntryUniqueId: "('1.2.3')" };
    const query = await buildQuery(world.org, 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4', slots);
    expect((await send(`${world.dmp.url}/registry`, world.org, query)).codes).toEqual([]);
    expect(await lastLine(world)).toMatchObject({ endpoint: '/registry', schema: 'valid' });
  });

  it('let a replacement and a deletion through', async () => {
    const { facts, entry } = await publish(world);
    const replacement = { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } };
    const next = await publish(world, replacement);
    expect(await lastLine(world)).toMatchObject({ operation: 'replace', verdict: 'accepted', schema: 'valid' });
    expect((await deleteEntry(world, next.entry.entryUuid)).codes).toEqual([]);
    expect(await lastLine(world)).toMatchObject({ operation: 'delete', verdict: 'accepted', schema: 'valid' });
  });

  it('know the entry as the registry tells it: status, lid and version', async () => {
    const { facts, entry } = await publish(world);
    const next = await publish(world, { facts: { studyUid: facts.studyUid, replaces: entry.entryUuid } });
    const metadata = await (await fetch(`${world.dmp.deskUrl}/entries/${next.facts.kosUid}/metadata`)).text();
    expect(metadata).toContain(`lid="${entry.entryUuid}"`);
    expect(metadata).toContain('<VersionInfo versionName="2">');
    const list =
      `<lcm:SubmitObjectsRequest xmlns:lcm="${NS.lcm}"><RegistryObjectList xmlns="${NS.rim}">${metadata}` +
      `</RegistryObjectList></lcm:SubmitObjectsRequest>`;
    const parsed = parseXml(Buffer.from(list));
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(await checkSchema(parsed.root, xsdDir, 'ebRS30/lcm.xsd')).toEqual({ schema: 'valid' });
  });

  it('stop a deletion with an element that has no place there', async () => {
    const reply = await deleteEntry(world, 'urn:uuid:00000000-0000-4000-8000-000000000001', {
      metadata: swap('<Name>', '<Nom>PAT-TROIS</Nom><Name>'),
    });
    expect(reply.codes).toEqual(['XDSRegistryMetadataError']);
    expect((await lastLine(world)).contexts).toEqual(['schema: Nom']);
  });

  it('stop an element that has no place there, and say which without its content', async () => {
    const reply = await submit(world, onKos(swap('<Name>', '<Nom>PAT-TROIS</Nom><Name>')));
    expect(reply.codes).toEqual(['XDSRepositoryMetadataError']);
    const { schema, contexts } = await lastLine(world);
    expect([schema, contexts]).toEqual(['invalid', ['schema: Nom']]);
  });
});

it('without schemas the ledger says so', async () => {
  const world = await createWorld();
  try {
    expect((await submit(world)).codes).toEqual([]);
    expect(await lastLine(world)).toMatchObject({ verdict: 'accepted', schema: 'unavailable' });
  } finally {
    await world.dmp.stop();
  }
});
