import { randomUUID } from 'node:crypto';
import { type EventBody, failure, type Report } from '@drimbox/contracts';
import type { Sql } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { ArchiveRepository } from '../archive/archive.repository.js';
import { ExamRepository } from '../exam/exam.repository.js';
import { ExamService } from '../exam/exam.service.js';
import type { Exam } from '../exam/exam.js';
import type { LifeEvent } from '../life/life.js';
import { visibilityChange, visibilityOfSet } from '../kos/visibility.js';
import type { Settings } from '../config/settings.js';
import { ReportRepository } from './report.repository.js';
import { requestEvent } from './request-event.js';

/** What a report changes, in one transaction: the set of live reports of each of its exams, and where those exams stand. */
@Injectable()
export class ReportService {
  constructor(
    private readonly reports: ReportRepository,
    private readonly exams: ExamRepository,
    private readonly life: ExamService,
    private readonly archive: ArchiveRepository,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  async take(tx: Sql, report: Report): Promise<void> {
    const fresh = await this.reports.add(tx, report);
    // Always in the same order: two reports on the same studies never wait for each other.
    for (const study of report.studies.map(({ uid }) => uid).toSorted()) {
      const exam = await this.exams.lock(tx, { site: report.site, study, pacsLink: report.pacsLink });
      if (fresh) await this.ask(tx, exam, report);
      else await this.life.trace(tx, exam, 'report.new', failure('DRIM-406'), report.id);
    }
  }

  private async ask(tx: Sql, exam: Exam, report: Report): Promise<void> {
    const event = requestEvent(report, exam.state);
    const known = {
      ...exam,
      ins: exam.ins ?? report.patient.ins.value,
      firstReportAt: exam.firstReportAt ?? new Date(report.receivedAt),
    };
    if (event === 'report.new') {
      await this.reports.join(tx, exam.id, report.id);
      await this.life.apply(tx, known, event, { reportId: report.id });
    } else if (event === 'report.join') {
      await this.joinSet(tx, exam, report);
    } else {
      const move = await this.life.apply(tx, exam, event, { reportId: report.id, cause: failure('DRIM-407') });
      if (move.action === 'park') await this.park(tx, exam, event, report);
    }
  }

  private async joinSet(tx: Sql, exam: Exam, report: Report): Promise<void> {
    if (exam.ins !== null && exam.ins !== report.patient.ins.value) {
      // Two patients on one study: nobody is told which one is right, so nothing is shown to anybody new (DSR §3.2.7).
      await this.life.trace(tx, exam, 'report.join', failure('DRIM-409'), report.id);
      await this.park(tx, exam, 'report.join', report);
      return;
    }
    await this.reports.join(tx, exam.id, report.id);
    const { exam: joined } = await this.life.apply(tx, exam, 'report.join', { reportId: report.id });
    const frozen = await this.archive.latest(tx, exam.id);
    if (!frozen) return;
    const set = (await this.reports.live(tx, exam.id)).map(({ visibility }) => visibility);
    const wanted = visibilityOfSet(set, this.settings.visibilityOfSet);
    const event = visibilityChange(frozen.visibility, wanted);
    if (!event) return;
    await this.life.trace(tx, joined, event, failure('DRIM-407'), report.id);
    await this.park(tx, joined, event, report);
  }

  private park(tx: Sql, exam: Exam, event: LifeEvent, report: Report): Promise<void> {
    return this.reports.park(tx, {
      id: randomUUID(),
      examId: exam.id,
      event,
      reportId: report.id,
      sequence: report.sequence,
    });
  }

  /** A PACS says that a study changed (OMI, IOCM): no report comes with it. */
  async examChanged(tx: Sql, notice: EventBody<'exam.changed'>): Promise<void> {
    const exam = await this.exams.lock(tx, { site: notice.site, study: notice.study, pacsLink: notice.pacsLink });
    const event: LifeEvent = notice.cause === 'omi' ? 'exam.omi' : 'exam.iocm';
    const move = await this.life.apply(tx, exam, event, { cause: failure('DRIM-407') });
    if (move.action === 'park') await this.reports.park(tx, { id: notice.noticeId, examId: exam.id, event });
  }
}
