import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SiteRegistry } from '@drimbox/contracts';
import type { OrthancServer } from '@drimbox/supervisor';
import { Mesh } from '../../mesh/mesh.js';
import { reportOf } from '../../mesh/report-of.js';
import { callingAeOf, DRIMBOX_A, DRIMBOX_B, fqdnsOf, SITES } from '../../stack/sites.js';
import { ExchangeDesks } from '../../wado/exchange-desks.js';
import { peerOf } from '../../wado/peer.js';
import { askWado, send, type WadoAnswer, type WadoIdentity, type WadoQuestion } from '../../wado/wado-client.js';
import type { DataSet } from '../common/data-sets.js';
import { startStorescp, type StorePeer } from '../common/peers.js';
import { forgotten } from '../common/retrievals.js';
import { type Streamed, streamed } from './stream-client.js';
import { startThrottle } from './throttle.js';

export const EXPLICIT = '1.2.840.10008.1.2.1';
export const JPEG_LS = '1.2.840.10008.1.2.4.80';

/** A series whose pointer is in the DMP, and the KOS that opens it. */
export interface Open {
  readonly set: DataSet;
  readonly kos: string;
  /** The syntax in which the PACS holds it. */
  readonly stored: string;
}

/** Where the PACS sends: straight to the receiver, or over a wire of 1 Gb/s. */
export type Wire = 'straight' | 'held';

const SITE = SITES[0]!;
const REPORT_SECONDS = 120;
const OPEN_SECONDS = 30;
/** One professional asks for far more at once than people do. */
const QUOTA = { DRIMBOX_PROFESSIONAL_CONCURRENT: '64', DRIMBOX_PROFESSIONAL_PER_SECOND: '1000' };

/** A DRIMbox that gives images, the country around it, the other DRIMbox as a plain client, and storescp as its peer. */
export class WadoWorld {
  private constructor(
    readonly mesh: Mesh,
    readonly storescp: StorePeer,
    private readonly desks: ExchangeDesks,
    private readonly peer: WadoIdentity,
    /** Ports at which objects are taken: ours, storescp's; and of the wires to them. */
    private readonly ports: Readonly<Record<'ours' | 'storescp', Readonly<Record<Wire, number>>>>,
  ) {}

  static async start(dir: string, started: (part: { stop(): Promise<unknown> }) => void): Promise<WadoWorld> {
    // To profile it: options such as `--cpu-prof`.
    const nodeOptions = process.env['DRIMBOX_BENCH_NODE_OPTIONS'];
    const mesh = await Mesh.start({
      dir,
      durable: true,
      sites: [SITE],
      exchange: true,
      env: {
        // A series that has been read is asked of the PACS again.
        'pacs-bridge': { DRIMBOX_SPOOL_KEEP_SECONDS: '0' },
        'wado-gateway': { ...QUOTA, ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }) },
      },
    });
    started(mesh);
    const { nation, pacs, around } = mesh.stack;
    if (!nation.exchange) throw new Error('no exchange');
    const storescp = await startStorescp(dir, pacs[0]!, started);
    const registry = SiteRegistry.parse(JSON.parse(await readFile(around.registryFile, 'utf8')));
    const ours = registry.sites[0]?.pacsLinks[0]?.listen?.port;
    if (ours === undefined) throw new Error('the PACS link has no listener');
    const ports = {
      ours: { straight: ours, held: await startThrottle(dir, 'pacs-bridge', ours, started) },
      storescp: { straight: storescp.port, held: await startThrottle(dir, 'storescp', storescp.port, started) },
    };
    const peer = await peerOf(join(dir, 'pki-b'), nation, DRIMBOX_B);
    return new WadoWorld(mesh, storescp, new ExchangeDesks(nation.exchange), peer, ports);
  }

  get pacs(): OrthancServer {
    return this.mesh.stack.pacs[0]!;
  }

  get bridgeLog(): string {
    return join(this.mesh.stack.dir, 'pacs-bridge.log');
  }

  /** The port at which pacs-bridge takes objects. */
  get storePort(): number {
    return this.ports.ours.straight;
  }

  /** Processes that a transfer goes through, in its order. */
  get processes(): readonly (readonly [name: string, pid: number])[] {
    const { services, database } = this.mesh.stack;
    return [
      ['Orthanc', this.pacs.process.pid],
      ['pacs-bridge', services['pacs-bridge'].pid],
      ['wado-gateway', services['wado-gateway']?.pid ?? 0],
      ['PostgreSQL', database.server.process.pid],
    ];
  }

  /** Has the PACS send by that wire from now on. */
  async connect(receiver: 'ours' | 'storescp', wire: Wire): Promise<void> {
    await this.sendTo(receiver === 'ours' ? callingAeOf(SITE) : this.storescp.aet, this.ports[receiver][wire]);
  }

  /** Has the PACS send to us by another port of the loopback. */
  async sendOursTo(port: number): Promise<void> {
    await this.sendTo(callingAeOf(SITE), port);
  }

  private async sendTo(aet: string, port: number): Promise<void> {
    await this.pacs.addPeer({ aet, host: '127.0.0.1', port });
  }

  /** The report of a series that is in the PACS, until its pointer is in the DMP. */
  async publish(set: DataSet, document: number): Promise<Open> {
    const answer = await this.mesh.send(reportOf(SITE, [set.reported], { document }));
    if (!answer.ok || answer.ack.code !== 'AA') throw new Error('the report was not accepted');
    const { kos } = await this.mesh.examIn(set.study, 'published', REPORT_SECONDS);
    if (!kos) throw new Error('no KOS');
    return { set, kos, stored: set.name === 'jpegls' ? JPEG_LS : EXPLICIT };
  }

  /** Asked as another DRIMbox asks, held in memory; waits until the door knows pointer and white list. */
  async fetch(open: Open): Promise<WadoAnswer> {
    const until = Date.now() + OPEN_SECONDS * 1000;
    for (;;) {
      const answer = await askWado(this.peer, await this.question(open, open.stored));
      if (answer.status === 200 && answer.whole) return answer;
      if (answer.status === 200 || Date.now() > until)
        throw new Error(`${answer.status}, ${answer.parts.length} parts: ${answer.body.toString('utf8', 0, 200)}`);
      await sleep(100);
    }
  }

  /** The same, counted as it streams by. Every object must come. `accept`: the syntax asked for, the stored one when absent. */
  async stream(open: Open, accept = open.stored): Promise<Streamed> {
    await forgotten();
    const question = await this.question(open, accept);
    return this.counted(open, question);
  }

  /** Several at once of the same series. */
  async streamMany(open: Open, readers: number): Promise<Streamed[]> {
    await forgotten();
    const question = await this.question(open, open.stored);
    return Promise.all(Array.from({ length: readers }, () => this.counted(open, question)));
  }

  private async counted({ set }: Open, question: WadoQuestion): Promise<Streamed> {
    const from = performance.now();
    const got = await streamed(send(this.peer, question), from);
    if (!got.whole || got.parts !== set.objects.length)
      throw new Error(`${set.name}: status ${got.status}, ${got.parts} of ${set.objects.length} objects ${got.said}`);
    return got;
  }

  /** With a token of its own: what the proxy of the other DRIMbox holds before it asks. */
  private async question({ set, kos }: Open, accept: string): Promise<WadoQuestion> {
    return {
      fqdn: fqdnsOf(DRIMBOX_A, 1).db,
      port: this.mesh.stack.around.doors.wado,
      path: `/drim-so/v1/rs/studies/${set.study}/series/${set.series}`,
      headers: {
        authorization: `Bearer ${await this.desks.token('radiologue', DRIMBOX_B)}`,
        'kos-sopinstanceuid': kos,
        accept: `multipart/related; type="application/dicom";transfer-syntax=${accept};q=1;boundary=**`,
      },
    };
  }
}
