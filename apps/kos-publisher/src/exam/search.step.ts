import {
  DrimError,
  failure,
  type Failure,
  FindStudyAnswer,
  type FoundStudy,
  isErrorCode,
  type Report,
} from '@drimbox/contracts';
import { Outbox } from '@drimbox/bus';
import { Database } from '@drimbox/persistence';
import { InternalClient, Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { ReportRepository } from '../reports/report.repository.js';
import { matchOrder, matchPatient } from '../kos/order-match.js';
import { eventOfSearchFailure, type Exam } from './exam.js';
import { ExamRepository } from './exam.repository.js';
import { ExamService } from './exam.service.js';
import { FreezeService } from './freeze.service.js';

/** Longer than the PACS link's own time-outs: the answer, even a failure, comes from pacs-bridge. */
const ASK_MILLISECONDS = 120_000;

type Searched =
  { ok: true; study: FoundStudy; milliseconds: number } | { ok: false; failure: Failure; milliseconds?: number };

/** Asks the PACS for a study, checks that it is the report's, and has its KOS frozen. */
@Injectable()
export class SearchStep {
  constructor(
    private readonly database: Database,
    private readonly exams: ExamRepository,
    private readonly life: ExamService,
    private readonly reports: ReportRepository,
    private readonly freezing: FreezeService,
    private readonly outbox: Outbox,
    private readonly client: InternalClient,
    private readonly logger: Logger,
  ) {}

  /** @returns true when a frozen version now waits to be sent (also when it already did). */
  async run(examId: string): Promise<boolean> {
    const exam = await this.exams.find(this.database, examId);
    if (!exam) throw new DrimError('DRIM-103', examId);
    if (exam.state === 'sending') return true;
    const searched = await this.ask(exam);
    return this.database.transaction(async (tx) => {
      const locked = await this.exams.lockById(tx, examId);
      // Another event moved the exam meanwhile: what the PACS said belongs to a step that is over.
      if (!locked || !['searching', 'absent', 'unbuildable'].includes(locked.state)) return false;
      const set = await this.reports.live(tx, examId);
      const refused = searched.ok ? await this.freezing.freeze(tx, locked, set, searched.study) : searched.failure;
      const event = refused ? eventOfSearchFailure(refused.code) : 'pacs.found';
      const { exam: moved } = await this.life.apply(tx, locked, event, {
        ...(refused && { cause: refused }),
        ...(searched.milliseconds !== undefined && { milliseconds: searched.milliseconds }),
        release: refused !== undefined,
      });
      if (!refused) return true;
      this.logger.warn('exam.waits', { exam: examId, state: moved.state, code: refused.code, detail: refused.detail });
      await this.outbox.add(tx, 'kos.failed', {
        site: locked.site,
        at: new Date().toISOString(),
        examId,
        version: moved.version,
        pacsLink: locked.pacsLink,
        study: locked.study,
        phase: 'before-dmp',
        operation: 'publish',
        code: refused.code,
        final: moved.nextAttemptAt === null,
      });
      return false;
    });
  }

  private async ask(exam: Exam): Promise<Searched> {
    const reports = await this.reports.live(this.database, exam.id);
    const asked = await this.client.call({
      to: 'pacs-bridge',
      path: `/links/${encodeURIComponent(exam.pacsLink)}/studies/find`,
      body: { study: exam.study },
      answer: FindStudyAnswer,
      timeoutMilliseconds: ASK_MILLISECONDS,
    });
    if (!asked.ok) return { ok: false, failure: asked.failure };
    const { milliseconds } = asked.value;
    switch (asked.value.outcome) {
      case 'absent':
        return { ok: false, failure: failure('DRIM-400'), milliseconds };
      case 'failed': {
        const { code, detail } = asked.value;
        return { ok: false, failure: failure(isErrorCode(code) ? code : 'DRIM-304', detail), milliseconds };
      }
      case 'found': {
        const mismatch = mismatchOf(reports, asked.value.study);
        return mismatch
          ? { ok: false, failure: mismatch, milliseconds }
          : { ok: true, study: asked.value.study, milliseconds };
      }
    }
  }
}

/** Every live report must agree with the PACS: one that differs may be somebody else's. */
function mismatchOf(reports: readonly Report[], study: FoundStudy): Failure | undefined {
  for (const report of reports) {
    const order = matchOrder(report, study);
    if (!order.ok) return order.failure;
    const patient = matchPatient(report, study);
    if (patient) return patient;
  }
  return undefined;
}
