import { type EventContext, Handles, Inbox } from '@drimbox/bus';
import type { EventBody } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Controller } from '@nestjs/common';
import { Signals } from '../signals.js';
import { ProjectionRepository } from './projection.repository.js';

/** News of an exam: kept, then told to every replica, so that streams of a withdrawn exam end at once. */
@Controller()
export class ProjectionHandler {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly exams: ProjectionRepository,
    private readonly signals: Signals,
  ) {}

  @Handles('exam.projected')
  async projected(event: EventBody<'exam.projected'>, context: EventContext): Promise<void> {
    await this.database.transaction((tx) =>
      this.inbox.once(tx, context, async () => {
        if (!(await this.exams.take(tx, event))) return;
        tx.afterCommit(() => this.signals.tell({ what: 'exam', examId: event.examId }));
      }),
    );
  }
}
