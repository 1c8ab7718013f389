import { type EventContext, Handles, Inbox } from '@drimbox/bus';
import { DrimError, type EventBody, Report } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { InternalClient } from '@drimbox/service';
import { Controller } from '@nestjs/common';
import { ExamWorker } from '../exam/exam.worker.js';
import { ReportService } from './report.service.js';

/** News of hl7-ingest: fetches the report's body once from its owner and lets it act on its exams. */
@Controller()
export class ReportHandler {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly client: InternalClient,
    private readonly reports: ReportService,
    private readonly worker: ExamWorker,
  ) {}

  @Handles('report.received')
  received(event: EventBody<'report.received'>, context: EventContext): Promise<void> {
    return this.take(event.reportId, context);
  }

  @Handles('report.replaced')
  replaced(event: EventBody<'report.replaced'>, context: EventContext): Promise<void> {
    return this.take(event.reportId, context);
  }

  @Handles('report.withdrawn')
  withdrawn(event: EventBody<'report.withdrawn'>, context: EventContext): Promise<void> {
    return this.take(event.reportId, context);
  }

  @Handles('exam.changed')
  async changed(event: EventBody<'exam.changed'>, context: EventContext): Promise<void> {
    await this.database.transaction((tx) => this.inbox.once(tx, context, () => this.reports.examChanged(tx, event)));
  }

  private async take(reportId: string, context: EventContext): Promise<void> {
    const fetched = await this.client.call({ to: 'hl7-ingest', path: `/reports/${reportId}`, answer: Report });
    if (!fetched.ok) throw new DrimError(fetched.failure.code, fetched.failure.detail);
    await this.database.transaction((tx) => this.inbox.once(tx, context, () => this.reports.take(tx, fetched.value)), {
      retries: 3,
    });
    this.worker.wake();
  }
}
