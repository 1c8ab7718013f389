import { type EventContext, Handles, Inbox } from '@drimbox/bus';
import { DrimError, type EventBody, Report } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CONFIG, InternalClient } from '@drimbox/service';
import { Controller, Inject } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { ExamWorker } from '../pointer/exam.worker.js';
import { Intake } from '../pointer/intake.js';
import { SqlPointerStore } from '../pointer/sql-pointer-store.js';

/** News of hl7-ingest: fetches the report's body once from its owner and lets it act on its exams. */
@Controller()
export class ReportHandler {
  private readonly intake: Intake;

  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly client: InternalClient,
    private readonly store: SqlPointerStore,
    private readonly worker: ExamWorker,
    @Inject(CONFIG) settings: Settings,
  ) {
    this.intake = new Intake(settings.visibilityOfSet, () => new Date());
  }

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
    await this.database.transaction((tx) =>
      this.inbox.once(tx, context, () => this.intake.examChanged(this.store.within(tx), event)),
    );
  }

  private async take(reportId: string, context: EventContext): Promise<void> {
    const fetched = await this.client.call({ to: 'hl7-ingest', path: `/reports/${reportId}`, answer: Report });
    if (!fetched.ok) throw new DrimError(fetched.failure.code, fetched.failure.detail);
    await this.database.transaction(
      (tx) =>
        this.inbox.once(tx, context, async () => void (await this.intake.take(this.store.within(tx), fetched.value))),
      { retries: 3 },
    );
    this.worker.wake();
  }
}
