import type { ErrorCode } from '@drimbox/contracts';
import { errorFields, Logger } from '@drimbox/service';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { flawOf } from '../access/decide.js';
import type { LinkFacts } from '../access/facts.js';
import { ProjectionRepository } from '../projection/projection.repository.js';
import { Signals } from '../signals.js';

export interface OpenStream {
  readonly examId: string;
  readonly kos: string;
  readonly link: LinkFacts;
  /** Ends it without a closing boundary. */
  cut(code: ErrorCode): void;
}

/** Answers under way: those of an exam that is withdrawn, or whose KOS opens nothing any more, are cut at once. */
@Injectable()
export class OpenStreams implements OnModuleInit {
  private readonly streams = new Set<OpenStream>();

  constructor(
    private readonly signals: Signals,
    private readonly exams: ProjectionRepository,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.signals.onSignal((signal) => {
      if (signal?.what === 'trust') return;
      const concerned = [...this.streams].filter(({ examId }) => signal === undefined || signal.examId === examId);
      for (const examId of new Set(concerned.map((stream) => stream.examId))) {
        this.judge(examId).catch((error: unknown) => this.logger.error('streams.not-judged', errorFields(error)));
      }
    });
  }

  get count(): number {
    return this.streams.size;
  }

  /** @returns the way to take it off the list. */
  add(stream: OpenStream): () => void {
    this.streams.add(stream);
    return () => void this.streams.delete(stream);
  }

  /** Does what the decision found still hold? */
  async stands({ examId, kos, link }: OpenStream): Promise<boolean> {
    const exam = await this.exams.byId(examId);
    return exam !== undefined && flawOf(exam, kos, link) === undefined;
  }

  cutAll(code: ErrorCode): void {
    for (const stream of this.streams) stream.cut(code);
  }

  private async judge(examId: string): Promise<void> {
    const exam = await this.exams.byId(examId);
    for (const stream of this.streams) {
      if (stream.examId !== examId) continue;
      if (!exam || flawOf(exam, stream.kos, stream.link) !== undefined) stream.cut('DRIM-709');
    }
  }
}
