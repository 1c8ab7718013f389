import type { ErrorCode, Failure, RetrieveOutcome } from '@drimbox/contracts';
import { frameWishes, instanceWishes, type MediaRange, takesDicomJson } from '@drimbox/dicom';
import { TEST_INS_OIDS } from '@drimbox/identity';
import {
  type Access,
  type AccessEnd,
  AccessJournal,
  BridgeClient,
  ObjectSource,
  Outlet,
  OutletClosed,
  type RetrieveAnswer,
} from '@drimbox/images';
import { type CommonConfig, CONFIG, errorFields, Lifecycle, Logger } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import type { KnownExam, LinkFacts } from '../access/facts.js';
import type { Settings } from '../config/settings.js';
import type { Asked } from '../levels/asked.js';
import { Manifests } from '../projection/manifests.js';
import { Conversions } from './conversions.js';
import { FramesSink } from './frames-sink.js';
import { InstancesSink } from './instances-sink.js';
import { MetadataSink } from './metadata-sink.js';
import { NotServable, type ObjectSink } from './object-sink.js';
import { OpenStreams } from './open-streams.js';
import { type Scope, scopeOf } from './scope.js';

/** A request that was let through. */
export interface Granted {
  readonly access: Omit<Access, 'patient'> & { readonly peer: string };
  readonly link: LinkFacts & { readonly compress: boolean };
  readonly exam: KnownExam;
  readonly asked: Asked;
  readonly accept: readonly MediaRange[];
}

/** `refuse`: nothing was sent and nothing opened, the caller refuses. `ended`: an access was opened, answered and recorded. */
export type Served =
  | { readonly kind: 'refuse'; readonly code: ErrorCode; readonly cause: string }
  /** Nothing was sent: the caller answers with this code. */
  | { readonly kind: 'answer'; readonly code: ErrorCode }
  | { readonly kind: 'ended' };

const MEGABYTE = 1024 * 1024;

/** Gives the images of an access: from pacs-bridge, through the form asked for, to the peer, at the peer's pace. */
@Injectable()
export class ServeService implements OnModuleInit {
  constructor(
    private readonly manifests: Manifests,
    private readonly bridge: BridgeClient,
    private readonly journal: AccessJournal,
    private readonly streams: OpenStreams,
    private readonly conversions: Conversions,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings & CommonConfig,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onDrain('store', 'pacs-bridge', () => this.bridge.close());
  }

  async serve(granted: Granted, response: ServerResponse): Promise<Served> {
    const { exam, asked, link } = granted;
    if (!this.acceptable(granted)) return refuse('DRIM-711', 'nothing of this level is accepted');
    const known = await this.manifests.of(exam);
    if (!known.ok) {
      // No pointer in force any more: the exam is on its way out, and is refused like any that is not there.
      if (known.failure.code === 'DRIM-103') return refuse('DRIM-709', 'no manifest in force');
      return refuse(known.failure.code, `manifest: ${known.failure.detail ?? ''}`);
    }
    const { patient } = known.manifest;
    if (this.settings.mode === 'production' && TEST_INS_OIDS.includes(patient.oid)) {
      return refuse('DRIM-709', 'a test identity in production');
    }
    const scope = scopeOf(known.manifest, asked);
    if (!scope) return refuse('DRIM-709', 'not named by the pointer');

    const access = { ...granted.access, patient };
    const gone = new AbortController();
    const outlet = new Outlet(response, this.settings.wadoStallSeconds * 1000);
    response.once('close', () => gone.abort());
    const stream = {
      examId: exam.examId,
      kos: access.kos,
      link,
      cut: (code: ErrorCode) => {
        outlet.cut(code);
        gone.abort();
      },
    };
    const off = this.streams.add(stream);
    try {
      // From here on a withdrawal cuts; one that came between the decision and this line is looked for.
      if (!(await this.streams.stands(stream))) return refuse('DRIM-709', 'withdrawn meanwhile');
      await this.journal.open(access);
      return await this.transfer(granted, access, scope, outlet, gone.signal);
    } finally {
      off();
      gone.abort();
    }
  }

  private async transfer(
    granted: Granted,
    access: Access & { readonly peer: string },
    scope: Scope,
    outlet: Outlet,
    gone: AbortSignal,
  ): Promise<Served> {
    const { asked, link } = granted;
    const work = new Transfer(outlet, this.sinkOf(granted, access, outlet), scope);
    try {
      const wanted = {
        study: asked.study,
        ...(asked.series !== undefined && { series: asked.series }),
        ...(asked.instance !== undefined && { instance: asked.instance }),
        heads: asked.level === 'metadata',
        purpose: 'exchange' as const,
        flow: access.peer.slice(0, 120),
        ...(asked.instance === undefined && { expected: scope.instances }),
      };
      const end = await work.run(this.bridge.retrieve(link.id, wanted, gone));
      await this.journal.close(access, end);
      if (end.outcome === 'complete' || outlet.begun || outlet.gone) return { kind: 'ended' };
      return { kind: 'answer', code: end.code ?? 'DRIM-308' };
    } catch (error) {
      // Unexpected: recorded all the same, and never an end that looks whole.
      this.logger.error('serve.failed', { ...errorFields(error), pacsLink: link.id });
      if (outlet.begun) outlet.cut('DRIM-100');
      await this.journal.close(access, work.end('failed', 'DRIM-100'));
      return outlet.begun ? { kind: 'ended' } : { kind: 'answer', code: 'DRIM-100' };
    }
  }

  private acceptable({ asked, accept }: Granted): boolean {
    if (asked.level === 'metadata') return takesDicomJson(accept);
    return (asked.level === 'frames' ? frameWishes(accept) : instanceWishes(accept)).some(({ q }) => q > 0);
  }

  private sinkOf({ asked, accept, link }: Granted, { patient }: Access, outlet: Outlet): ObjectSink {
    const ins = { value: patient.matricule, oid: patient.oid };
    const { compress } = link;
    if (asked.level === 'metadata') return new MetadataSink(outlet, ins);
    if (asked.frames) {
      return new FramesSink(outlet, {
        frames: asked.frames,
        wishes: frameWishes(accept),
        compress,
        pool: this.conversions.pool,
        maxHeldBytes: this.settings.conversionMaxMegabytes * MEGABYTE,
      });
    }
    return new InstancesSink(outlet, this.conversions, { wishes: instanceWishes(accept), ins, compress });
  }
}

/** One transfer, from the first frame of pacs-bridge to its outcome. */
class Transfer {
  private firstAt: number | undefined;
  private given = 0;
  private readonly from = performance.now();

  constructor(
    private readonly outlet: Outlet,
    private readonly sink: ObjectSink,
    private readonly scope: Scope,
  ) {}

  async run(asked: Promise<RetrieveAnswer>): Promise<AccessEnd> {
    const answer = await asked;
    if (!answer.ok) return this.failed(answer.failure);
    try {
      const outcome = await this.pump(answer);
      if (outcome.outcome !== 'complete') return this.broken(outcome.outcome, outcome.code ?? 'DRIM-308');
      // The PACS may believe it sent all; the pointer knows how many there are.
      if (this.given < this.scope.instances) return this.broken('incomplete', 'DRIM-308');
      await this.sink.finish();
      return this.end('complete');
    } catch (error) {
      // What we broke off ourselves, or the peer did, breaks the rest: it comes first.
      const closed = this.outlet.reason ?? (error instanceof OutletClosed ? error : undefined);
      if (closed) return this.end(closed.outcome, closed.code);
      if (error instanceof NotServable) return this.broken('failed', error.code);
      if (isBroken(error)) return this.broken('incomplete', 'DRIM-308');
      throw error;
    }
  }

  end(outcome: AccessEnd['outcome'], code?: ErrorCode): AccessEnd {
    const { objects } = this.sink.tally;
    return {
      outcome,
      ...(code !== undefined && { code }),
      objects,
      bytes: this.outlet.bytes,
      ...(this.firstAt !== undefined && { millisecondsToFirst: this.firstAt - this.from }),
      milliseconds: performance.now() - this.from,
    };
  }

  private async pump({ parts }: RetrieveAnswer & { ok: true }): Promise<RetrieveOutcome> {
    const source = new ObjectSource(parts);
    try {
      for (let object = await source.next(); object; object = await source.next()) {
        // A series that the pointer does not name stays, even when the PACS sends it along.
        if (!this.scope.series.has(object.head.series)) continue;
        await this.sink.give(object);
        await source.finishObject();
        this.given += 1;
        if (this.outlet.begun) this.firstAt ??= performance.now();
      }
      return source.outcome ?? { outcome: 'incomplete', code: 'DRIM-308', received: 0 };
    } finally {
      await source.close();
    }
  }

  private failed({ code }: Failure): AccessEnd {
    return this.end(code === 'DRIM-315' ? 'cancelled' : 'failed', code);
  }

  /** What has begun is broken off, so that nobody takes it for the whole (P7). */
  private broken(outcome: AccessEnd['outcome'], code: ErrorCode): AccessEnd {
    const end = this.end(outcome, code);
    if (this.outlet.begun) this.outlet.cut(code);
    return end;
  }
}

const isBroken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'DRIM-308';

const refuse = (code: ErrorCode, cause: string): Served => ({ kind: 'refuse', code, cause });
