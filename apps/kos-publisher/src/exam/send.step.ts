import { Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import { DrimError, type Failure } from '@drimbox/contracts';
import { Database, type Tx } from '@drimbox/persistence';
import { Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { ArchiveRepository } from '../archive/archive.repository.js';
import type { FrozenVersion } from '../archive/frozen-version.js';
import { DmpGateway } from '../dmp/dmp.gateway.js';
import { mustLookFirst } from '../dmp/look-first.js';
import type { SendResult } from '../dmp/send-result.js';
import type { LifeEvent } from '../life/life.js';
import type { Exam } from './exam.js';
import { ExamRepository } from './exam.repository.js';
import { ExamService } from './exam.service.js';

/** Sends the frozen version of an exam to the DMP, after a look when an earlier send may have reached it. */
@Injectable()
export class SendStep {
  constructor(
    private readonly database: Database,
    private readonly exams: ExamRepository,
    private readonly life: ExamService,
    private readonly archive: ArchiveRepository,
    private readonly dmp: DmpGateway,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly logger: Logger,
  ) {}

  async run(examId: string): Promise<void> {
    const version = await this.archive.latest(this.database, examId);
    if (!version) throw new DrimError('DRIM-403', 'an exam is to be sent and has no frozen version');
    const from = performance.now();
    const result = await this.send(version);
    await this.settle(examId, version, result, performance.now() - from);
  }

  private async send(version: FrozenVersion): Promise<SendResult> {
    const earlier = await this.archive.outcomes(this.database, version.id);
    const attempt = await this.archive.beginAttempt(this.database, version.id);
    const look = mustLookFirst(earlier) ? await this.dmp.look(version) : undefined;
    if (look && look.attempt !== 'not-found') return { ...look, attempt: look.attempt, attemptId: attempt };
    if (look) {
      await this.archive.endAttempt(this.database, attempt, 'not-found');
      return {
        ...(await this.dmp.send(version)),
        attemptId: await this.archive.beginAttempt(this.database, version.id),
      };
    }
    return { ...(await this.dmp.send(version)), attemptId: attempt };
  }

  private async settle(
    examId: string,
    version: FrozenVersion,
    result: SendResult,
    milliseconds: number,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const exam = await this.exams.lockById(tx, examId);
      if (!exam) throw new DrimError('DRIM-103', examId);
      await this.archive.endAttempt(tx, result.attemptId, result.attempt, result.failure);
      if (result.published) await this.archive.markAccepted(tx, version.id);
      const event = eventOf(result);
      const move = await this.life.apply(tx, exam, event, {
        ...(result.failure && { cause: result.failure }),
        milliseconds,
        release: true,
      });
      if (move.action === 'ignore') return;
      if (result.published) await this.tellPublished(tx, move.exam, version);
      else await this.tellFailed(tx, move.exam, version, result.failure);
    });
    if (result.failure)
      this.logger.warn('dmp.not-published', { exam: examId, code: result.failure.code, detail: result.failure.detail });
    else
      this.logger.info('dmp.published', { exam: examId, kos: version.kosUid, milliseconds: Math.round(milliseconds) });
  }

  private async tellPublished(tx: Tx, exam: Exam, version: FrozenVersion): Promise<void> {
    await this.outbox.add(tx, 'kos.published', {
      ...head(exam),
      kos: version.kosUid,
      structure: version.submission.structure.id,
      series: version.summary.series,
      objects: [...version.summary.objects],
      bytes: version.kos.length,
      attempts: (await this.archive.outcomes(tx, version.id)).length,
      millisecondsSinceReport: exam.firstReportAt ? Math.max(0, Date.now() - exam.firstReportAt.getTime()) : 0,
    });
    await this.record(tx, exam, version, undefined);
  }

  private async tellFailed(tx: Tx, exam: Exam, version: FrozenVersion, cause: Failure | undefined): Promise<void> {
    const code = cause?.code ?? 'DRIM-505';
    const final = exam.nextAttemptAt === null;
    await this.outbox.add(tx, 'kos.failed', { ...head(exam), phase: 'dmp', operation: 'publish', code, final });
    await this.record(tx, exam, version, code);
  }

  private async record(tx: Tx, exam: Exam, version: FrozenVersion, code: string | undefined): Promise<void> {
    const { patient, person, structure } = version.submission;
    await this.audit.record(tx, {
      kind: 'kosExported',
      outcome: code ? OUTCOME.minorFailure : OUTCOME.success,
      ...(code && { outcomeDescription: code }),
      site: exam.site,
      participants: [
        { userId: 'kos-publisher', requestor: true, alternativeId: structure.id },
        ...(person ? [{ userId: person.id, requestor: false }] : []),
        { userId: 'DMP', requestor: false, network: { address: this.dmp.address } },
      ],
      objects: [
        { kind: 'patient', matricule: patient.ins, oid: patient.oid },
        { kind: 'document', uniqueId: version.kosUid },
        { kind: 'study', uid: exam.study },
      ],
      detail: { version: version.number },
    });
  }
}

const head = (exam: Exam) => ({
  site: exam.site,
  at: new Date().toISOString(),
  examId: exam.id,
  version: exam.version,
  pacsLink: exam.pacsLink,
  study: exam.study,
});

function eventOf({ published, lasting }: SendResult): LifeEvent {
  if (published) return 'dmp.accepted';
  return lasting ? 'dmp.refused' : 'dmp.unavailable';
}
