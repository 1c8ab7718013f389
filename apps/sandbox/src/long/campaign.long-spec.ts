import { randomInt } from 'node:crypto';
import { tempDir } from '@drimbox/testing';
import { runCampaign } from '../campaign/campaign.js';
import { durableMesh } from '../campaign/durable-mesh.js';
import { faultsOf, ledgerTable } from '../campaign/ledger-table.js';
import type { Mesh } from '../mesh/mesh.js';

const SEED = Number(process.env['DRIMBOX_TEST_SEED'] ?? randomInt(2 ** 32));

/** The small form of `npm run campaign` (docs/campaign.md): promises P1, P2, P3 and P11. */
describe('campaign', () => {
  let mesh: Mesh;
  const dir = tempDir();

  beforeAll(async () => {
    mesh = await durableMesh(dir);
  }, 180_000);
  afterAll(() => mesh?.stop());

  it(`150 messages while everything dies: none lost, doubled or wrong (seed ${SEED})`, async () => {
    const lines: string[] = [];
    const reckoning = await runCampaign(mesh, { messages: 150, minutes: 3, seed: SEED }, (line) => lines.push(line));
    process.stdout.write(`\n${lines.join('\n')}\n${ledgerTable(reckoning)}\n`);
    expect(Object.entries(faultsOf(reckoning)).filter(([, count]) => count !== 0)).toEqual([]);
    expect(reckoning.told).toHaveLength(150);
    // The proof is of kills: one that killed nothing proves nothing.
    expect(Object.keys(reckoning.kills)).toEqual(
      expect.arrayContaining([
        'hl7-ingest',
        'kos-publisher',
        'nats-server',
        'PostgreSQL outage',
        'JetStream store lost',
      ]),
    );
    expect(reckoning.fates.some(({ place }) => place === 'published')).toBe(true);
  });
});
