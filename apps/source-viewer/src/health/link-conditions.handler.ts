import { type EventContext, Handles, Inbox } from '@drimbox/bus';
import type { EventBody } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Controller } from '@nestjs/common';
import { LinkConditionsRepository } from './link-conditions.repository.js';

/** News of the PACS links. */
@Controller()
export class LinkConditionsHandler {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly conditions: LinkConditionsRepository,
  ) {}

  @Handles('pacs.link')
  async changed(event: EventBody<'pacs.link'>, context: EventContext): Promise<void> {
    await this.database.transaction((tx) => this.inbox.once(tx, context, () => this.conditions.take(tx, event)));
  }
}
