import { DrimError, type EventBody, type EventName, EVENTS, isUuid } from '@drimbox/contracts';
import { childOf, placesOf, runInTrace } from '@drimbox/service';
import type { EventContext } from './event-context.js';
import type { EventPolicy } from './policy.js';

export interface RegisteredHandler {
  readonly policy: EventPolicy;
  readonly handle: (body: unknown, context: EventContext) => Promise<void>;
}

/** The handlers of a service, by event. */
export type EventHandlers = ReadonlyMap<EventName, RegisteredHandler>;

/**
 * Reads the event and runs its handler in the trace of its origin.
 * @throws DrimError DRIM-600 when it is not the event that the contract describes; else what the handler threw.
 */
export async function runHandler(
  handler: RegisteredHandler,
  data: Uint8Array,
  context: EventContext,
  traceparent: string | undefined,
): Promise<void> {
  const body = readEvent(context.event, data);
  if (!isUuid(context.eventId)) throw new DrimError('DRIM-600', 'no event id');
  await runInTrace(childOf(traceparent), () => handler.handle(body, context));
}

function readEvent<N extends EventName>(event: N, data: Uint8Array): EventBody<N> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    throw new DrimError('DRIM-600', 'not JSON in UTF-8');
  }
  const parsed = EVENTS[event].safeParse(json);
  if (!parsed.success) throw new DrimError('DRIM-600', placesOf(parsed.error));
  return parsed.data as EventBody<N>;
}
