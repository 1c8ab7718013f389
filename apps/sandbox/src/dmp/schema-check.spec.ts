import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onKos, swap } from './reference-bends.js';
import { buildQuery, send } from './reference-client.js';
import { createWorld, lastLine, submit } from './reference-world.js';
import type { World } from './reference-world.js';

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
