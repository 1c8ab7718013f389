import { type EventContext, Handles, Inbox } from '@drimbox/bus';
import type { EventBody } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Controller } from '@nestjs/common';
import { ProjectionRepository } from './projection.repository.js';

/** News of an exam. */
@Controller()
export class ProjectionHandler {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly exams: ProjectionRepository,
  ) {}

  @Handles('exam.projected')
  async projected(event: EventBody<'exam.projected'>, context: EventContext): Promise<void> {
    await this.database.transaction((tx) =>
      this.inbox.once(tx, context, async () => void (await this.exams.take(tx, event))),
    );
  }
}
