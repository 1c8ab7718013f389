import { join } from 'node:path';
import { eventually, tempDir } from '@drimbox/testing';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { DRIMBOX_A, DRIMBOX_B, fqdnsOf, type SandboxDrimbox } from '../stack/sites.js';
import { generateStudy } from '../studies/generate-study.js';
import { ExchangeDesks } from '../wado/exchange-desks.js';
import { peerOf } from '../wado/peer.js';
import { askWado, type WadoAnswer, type WadoIdentity } from '../wado/wado-client.js';
import { EXPLICIT_ONLY, type Published } from '../e2e/exchange-world.for-spec.js';
import { sendReport } from '../e2e/play.js';

/** Two DRIMboxes of one country: processes, databases, certificates and registries of their own; each is the other's client. */
describe('two DRIMboxes', () => {
  const dir = tempDir();
  let a: Mesh;
  let b: Mesh;
  let desks: ExchangeDesks;

  beforeAll(async () => {
    a = await Mesh.start({ dir: join(dir, 'a'), exchange: true });
    const { nation } = a.stack;
    b = await Mesh.start({ dir: join(dir, 'b'), exchange: true, drimbox: DRIMBOX_B, nation });
    if (!nation.exchange) throw new Error('no exchange');
    desks = new ExchangeDesks(nation.exchange);
  }, 240_000);
  afterAll(async () => {
    await b?.stop();
    await a?.stop();
  });

  async function published(mesh: Mesh, number: number): Promise<Published> {
    const study = generateStudy({ number, series: [{ modality: 'MR', instances: 3 }] });
    await loadStudy(mesh.stack.pacs[0]!, study);
    await sendReport(mesh, [study], { document: number });
    return { study, kos: (await mesh.examIn(study.uid, 'published')).kos ?? '' };
  }

  /** The client's token is that of its own users: the same Client_ID goes from proxy to Conso to Source. */
  const ask = async (
    mesh: Mesh,
    client: { drimbox: SandboxDrimbox; identity: WadoIdentity },
    { study, kos }: Published,
  ): Promise<WadoAnswer> =>
    askWado(client.identity, {
      fqdn: fqdnsOf(mesh.stack.drimbox, 1).db,
      port: mesh.stack.around.doors.wado,
      path: `/drim-so/v1/rs/studies/${study.uid}/series/${study.series[0]!.uid}`,
      headers: {
        authorization: `Bearer ${await desks.token('radiologue', client.drimbox)}`,
        'kos-sopinstanceuid': kos,
        accept: EXPLICIT_ONLY,
      },
    });

  it('give each other their images, and not those of a third', async () => {
    const { nation } = a.stack;
    const clients = {
      a: { drimbox: DRIMBOX_A, identity: await peerOf(join(dir, 'pki-a'), nation, DRIMBOX_A) },
      b: { drimbox: DRIMBOX_B, identity: await peerOf(join(dir, 'pki-b'), nation, DRIMBOX_B) },
    };
    const [ofA, ofB] = [await published(a, 2101), await published(b, 2102)];
    for (const [mesh, client, exam] of [
      [a, clients.b, ofA],
      [b, clients.a, ofB],
    ] as const) {
      await eventually(async () => {
        const answer = await ask(mesh, client, exam);
        expect([answer.status, answer.whole, answer.parts.length]).toEqual([200, true, 3]);
      }, 20_000);
    }
    // What one holds is unknown to the other.
    expect((await ask(a, clients.b, ofB)).status).toBe(404);
    expect((await ask(b, clients.a, ofA)).status).toBe(404);
  });
});
