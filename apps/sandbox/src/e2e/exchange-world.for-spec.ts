import { join } from 'node:path';
import type { ExamLine } from '@drimbox/contracts';
import { ExchangeDesks } from '../wado/exchange-desks.js';
import { Mesh } from '../mesh/mesh.js';
import { loadStudy } from '../pacs/pacs-loader.js';
import { DRIMBOX_A, DRIMBOX_B, fqdnsOf } from '../stack/sites.js';
import type { StackOptions } from '../stack/stack.js';
import type { Study } from '../studies/generate-study.js';
import { peerOf } from '../wado/peer.js';
import { askWado, type WadoAnswer, type WadoIdentity, type WadoQuestion } from '../wado/wado-client.js';
import { sendReport } from './play.js';

/** Transfer syntax wishes of the official requests, lossless first (drimbox-rules §7.3). */
export const LOSSLESS = [
  ['1.2.840.10008.1.2.4.70', 0.9],
  ['1.2.840.10008.1.2.4.80', 0.8],
  ['1.2.840.10008.1.2.4.91', 0.6],
  ['1.2.840.10008.1.2.4.50', 0.5],
  ['1.2.840.10008.1.2.4.51', 0.5],
  ['1.2.840.10008.1.2.1', 0.4],
] as const;

export const acceptOf = (wishes: readonly (readonly [uid: string, q: number])[]): string =>
  wishes
    .map(([uid, q]) => `multipart/related; type="application/dicom";transfer-syntax=${uid};q=${q};boundary=**`)
    .join(',');

/** Everything as the PACS holds it, when it holds it uncompressed. */
export const EXPLICIT_ONLY = acceptOf([['1.2.840.10008.1.2.1', 1]]);

export interface Published {
  readonly study: Study;
  readonly kos: string;
}

/** A DRIMbox that gives images, and the other one that asks for them as a plain client. */
export class ExchangeWorld {
  private constructor(
    readonly mesh: Mesh,
    readonly desks: ExchangeDesks,
    /** Of DRIMbox B, which is in the white list. */
    readonly peer: WadoIdentity,
  ) {}

  static async start(options: StackOptions): Promise<ExchangeWorld> {
    const mesh = await Mesh.start({ ...options, exchange: true });
    const { exchange } = mesh.stack.nation;
    if (!exchange) throw new Error('no exchange');
    return new ExchangeWorld(
      mesh,
      new ExchangeDesks(exchange),
      await peerOf(join(mesh.stack.dir, 'pki-b'), mesh.stack.nation, DRIMBOX_B),
    );
  }

  async published(study: Study, document: number): Promise<Published> {
    const pacs = this.mesh.stack.pacs[0];
    if (!pacs) throw new Error('no PACS');
    await loadStudy(pacs, study);
    await sendReport(this.mesh, [study], { document });
    const exam: ExamLine = await this.mesh.examIn(study.uid, 'published');
    if (!exam.kos) throw new Error('no KOS');
    return { study, kos: exam.kos };
  }

  pathOf({ uid, series }: Study, index = 0): string {
    return `/drim-so/v1/rs/studies/${uid}/series/${series[index]?.uid ?? ''}`;
  }

  /** Asks the first site of the DRIMbox, with a good token unless another one is given. */
  async ask(
    { study, kos }: Published,
    over: Partial<WadoQuestion> & { readonly token?: string; readonly identity?: WadoIdentity } = {},
  ): Promise<WadoAnswer> {
    const {
      token = await this.desks.token('radiologue', DRIMBOX_B),
      identity = this.peer,
      headers,
      ...question
    } = over;
    return askWado(identity, {
      fqdn: fqdnsOf(DRIMBOX_A, 1).db,
      port: this.mesh.stack.around.doors.wado,
      path: this.pathOf(study),
      ...question,
      headers: {
        authorization: `Bearer ${token}`,
        'kos-sopinstanceuid': kos,
        accept: EXPLICIT_ONLY,
        ...headers,
      },
    });
  }

  stop(): Promise<void> {
    return this.mesh.stop();
  }
}
