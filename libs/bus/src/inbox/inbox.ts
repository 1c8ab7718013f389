import type { Tx } from '@drimbox/persistence';
import type { EventContext } from '../consume/event-context.js';

/** Makes the effect of an event happen once, however often it is delivered. */
export class Inbox {
  /**
   * Runs the work unless this event has had its effect; the mark and the effect commit together.
   * @returns false when there was nothing left to do.
   */
  async once(
    tx: Tx,
    { eventId, event }: Pick<EventContext, 'eventId' | 'event'>,
    work: () => Promise<void>,
  ): Promise<boolean> {
    const { count } = await tx.run({
      name: 'inbox-once',
      text: 'insert into inbox (event_id, event) values ($1, $2) on conflict (event_id) do nothing',
      values: [eventId, event],
    });
    if (count === 0) return false;
    await work();
    return true;
  }
}
