import { createRequire } from 'node:module';
import { openAssociation, type StoreObject } from '@drimbox/dicom';
import { freePort } from '@drimbox/supervisor';
import { dataSetOf } from '../images/data-set-of.js';
import { instancesOf, type Instance, type Study } from '../studies/generate-study.js';

/** What is used of dcmjs-dimse, another DICOM implementation: it answers, our own library sends. */
interface Elements {
  getElement(name: string): unknown;
}
interface DimseRequest {
  getDataset(): Elements;
  getCommandDataset(): Elements;
}
interface MoveResponse {
  setStatus(status: number): void;
  setRemaining(count: number): void;
  setCompleted(count: number): void;
  setFailures(count: number): void;
  setWarnings(count: number): void;
}
interface Scp {
  sendAssociationAccept(): void;
  sendAssociationReleaseResponse(): void;
}
interface DcmjsDimse {
  Scp: new (...args: unknown[]) => Scp;
  Server: new (scp: unknown) => { listen(port: number): void; close(): void };
  Dataset: new (elements: Record<string, unknown>) => unknown;
  responses: {
    CFindResponse: {
      fromRequest(request: unknown): { setStatus(status: number): void; setDataset(dataset: unknown): void };
    };
    CMoveResponse: { fromRequest(request: unknown): MoveResponse };
    CEchoResponse: { fromRequest(request: unknown): { setStatus(status: number): void } };
  };
  constants: { PresentationContextResult: { Accept: number } };
  log: { setLevel(level: string): void };
}
interface ProposedContexts {
  getPresentationContexts(): {
    context: { setResult(result: number, syntax?: string): void; getTransferSyntaxUids(): string[] };
  }[];
}

const dimse = createRequire(import.meta.url)('dcmjs-dimse') as DcmjsDimse;
dimse.log.setLevel('silent');

const EXPLICIT = '1.2.840.10008.1.2.1';

/** What one C-MOVE does: the objects it sends, as it sends them, and what it then says. */
export interface Behaviour {
  readonly sends?: (instances: readonly Instance[]) => readonly Sent[];
  readonly status?: number;
  readonly failed?: number;
  readonly warned?: number;
  /** Neither sends nor answers. */
  readonly silent?: boolean;
}

export interface Sent {
  readonly instance: Instance;
  /** Breaks the association after so many bytes of the data set. */
  readonly cutAfter?: number;
  /** As another PACS would: no Move Originator. */
  readonly anonymous?: boolean;
  /** Under another SOP Instance UID than its data set says. */
  readonly announcedAs?: string;
}

export const wholly = (instances: readonly Instance[]): Sent[] => instances.map((instance) => ({ instance }));

/** A PACS that holds studies and misbehaves as told: the n-th C-MOVE follows the n-th behaviour, the last one all others. */
export class FaultyPacs {
  behaviours: Behaviour[] = [{}];
  /** C-MOVEs asked, and statuses of the C-STOREs that were answered. */
  moves = 0;
  readonly statuses: number[] = [];
  private readonly server: { close(): void };

  private constructor(
    readonly port: number,
    private readonly studies: readonly Study[],
    private readonly store: { readonly port: number; readonly aet: string },
    readonly aet: string,
  ) {
    const find = (request: DimseRequest): unknown[] => this.find(request);
    const move = (request: DimseRequest, callback: (responses: unknown[]) => void): Promise<void> =>
      this.move(request, callback);
    class FaultyScp extends dimse.Scp {
      associationRequested(association: ProposedContexts): void {
        for (const { context } of association.getPresentationContexts()) {
          context.setResult(dimse.constants.PresentationContextResult.Accept, context.getTransferSyntaxUids()[0]);
        }
        this.sendAssociationAccept();
      }

      cEchoRequest(request: unknown, callback: (response: unknown) => void): void {
        const response = dimse.responses.CEchoResponse.fromRequest(request);
        response.setStatus(0);
        callback(response);
      }

      cFindRequest(request: DimseRequest, callback: (responses: unknown[]) => void): void {
        callback(find(request));
      }

      cMoveRequest(request: DimseRequest, callback: (responses: unknown[]) => void): void {
        void move(request, callback);
      }

      associationReleaseRequested(): void {
        this.sendAssociationReleaseResponse();
      }
    }
    const server = new dimse.Server(FaultyScp);
    server.listen(port);
    this.server = server;
  }

  static async start(
    studies: readonly Study[],
    store: { port: number; aet: string },
    aet = 'FAULTY',
  ): Promise<FaultyPacs> {
    return new FaultyPacs(await freePort(), studies, store, aet);
  }

  stop(): void {
    this.server.close();
  }

  private wanted(request: DimseRequest): { series: string; instances: Instance[] } {
    const elements = request.getDataset();
    const text = (name: string): string => {
      const value = elements.getElement(name);
      return typeof value === 'string' ? value : Array.isArray(value) ? value.join('\\') : '';
    };
    const uids = text('SOPInstanceUID').split('\\').filter(Boolean);
    const study = this.studies.find(({ uid }) => uid === text('StudyInstanceUID'));
    const instances = study ? instancesOf(study) : [];
    return {
      series: text('SeriesInstanceUID'),
      instances: instances.filter(
        ({ seriesUid, sopInstanceUid }) =>
          (text('SeriesInstanceUID') === '' || seriesUid === text('SeriesInstanceUID')) &&
          (uids.length === 0 || uids.includes(sopInstanceUid)),
      ),
    };
  }

  /** SERIES level only: how many instances there are. */
  private find(request: DimseRequest): unknown[] {
    const { series, instances } = this.wanted(request);
    const final = dimse.responses.CFindResponse.fromRequest(request);
    final.setStatus(0);
    if (instances.length === 0) return [final];
    const pending = dimse.responses.CFindResponse.fromRequest(request);
    pending.setDataset(
      new dimse.Dataset({ SeriesInstanceUID: series, NumberOfSeriesRelatedInstances: String(instances.length) }),
    );
    pending.setStatus(0xff00);
    return [pending, final];
  }

  private async move(request: DimseRequest, callback: (responses: unknown[]) => void): Promise<void> {
    const behaviour = this.behaviours[Math.min(this.moves, this.behaviours.length - 1)] ?? {};
    this.moves += 1;
    if (behaviour.silent) return;
    const { instances } = this.wanted(request);
    const messageId = Number(request.getCommandDataset().getElement('MessageID'));
    const sent = (behaviour.sends ?? wholly)(instances);
    const completed = await this.send(sent, messageId);
    const response = dimse.responses.CMoveResponse.fromRequest(request);
    response.setCompleted(completed);
    response.setFailures(behaviour.failed ?? 0);
    response.setWarnings(behaviour.warned ?? 0);
    response.setStatus(behaviour.status ?? 0);
    callback([response]);
  }

  /** Sends on one association; a cut one ends the rest. The number that were taken. */
  private async send(sent: readonly Sent[], messageId: number): Promise<number> {
    const classes = [...new Set(sent.map(({ instance }) => instance.sopClassUid))];
    if (classes.length === 0) return 0;
    const peer = { host: '127.0.0.1', port: this.store.port, calledAe: this.store.aet, callingAe: this.aet };
    const contexts = classes.map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: [EXPLICIT] }));
    const opened = await openAssociation(peer, contexts);
    if (!opened.ok) return 0;
    let taken = 0;
    for (const one of sent) {
      const cut = new AbortController();
      const answer = await opened.value.store({ ...this.objectOf(one, messageId, cut), signal: cut.signal });
      if (!answer.ok) {
        if (answer.failure.status !== undefined) this.statuses.push(answer.failure.status);
        if (cut.signal.aborted) return taken;
        continue;
      }
      this.statuses.push(answer.value.status);
      taken += 1;
    }
    await opened.value.release();
    return taken;
  }

  private objectOf(
    { instance, cutAfter, anonymous, announcedAs }: Sent,
    messageId: number,
    cut: AbortController,
  ): StoreObject {
    const dataset = dataSetOf(instance.file());
    return {
      sopClass: instance.sopClassUid,
      sopInstance: announcedAs ?? instance.sopInstanceUid,
      transferSyntax: EXPLICIT,
      dataset: cutAfter === undefined ? dataset : halfOf(dataset, cutAfter, cut),
      ...(!anonymous && { moveOriginator: { ae: this.store.aet, messageId } }),
    };
  }
}

/** The first bytes, a moment in which they arrive, then the end of the association. */
async function* halfOf(dataset: Buffer, length: number, cut: AbortController): AsyncGenerator<Buffer> {
  yield dataset.subarray(0, length);
  await new Promise((resolve) => setTimeout(resolve, 100));
  cut.abort();
  yield dataset.subarray(length);
}
