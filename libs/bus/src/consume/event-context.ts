import type { EventName } from '@drimbox/contracts';

/** What a handler learns beside the body. `eventId` is stable over deliveries: the key of the inbox. */
export interface EventContext {
  readonly event: EventName;
  readonly eventId: string;
  /** Failures before this run. */
  readonly failures: number;
}
