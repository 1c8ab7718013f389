import { DrimError, type EventBody, type EventName, EVENTS, ROUTES, type ServiceName } from '@drimbox/contracts';
import { currentTraceparent, placesOf } from '@drimbox/service';
import { randomUUID } from 'node:crypto';
import { MAX_EVENT_BYTES } from '../transport/topology.js';

/** A row of `outbox`, in the order of its columns `id, event, body, traceparent`. */
export interface OutboxRow {
  readonly id: string;
  readonly event: EventName;
  /** JSON. */
  readonly body: string;
  readonly traceparent: string;
}

/**
 * Makes the row of an event, for an app that writes it inside its own single statement.
 * @throws DrimError DRIM-600 when the body is not the event's, DRIM-104 when the service may not say it: our own mistakes.
 */
export function outboxRow<N extends EventName>(service: ServiceName, event: N, body: EventBody<N>): OutboxRow {
  if (!ROUTES[event].from.includes(service)) throw new DrimError('DRIM-104', `${service} does not say ${event}`);
  const parsed = EVENTS[event].safeParse(body);
  if (!parsed.success) throw new DrimError('DRIM-600', `${event}: ${placesOf(parsed.error)}`);
  const json = JSON.stringify(parsed.data);
  if (Buffer.byteLength(json) > MAX_EVENT_BYTES) throw new DrimError('DRIM-600', `${event}: too large`);
  return { id: randomUUID(), event, body: json, traceparent: currentTraceparent() };
}

/**
 * Text of the insert with its parameters numbered from `first`; its values are `outboxValues(row)`.
 * In a statement that inserts only sometimes, write the columns yourself: `insert into outbox (id, event, body,
 * traceparent) select …`.
 */
export const outboxInsert = (first = 1): string =>
  `insert into outbox (id, event, body, traceparent)
   values ($${first}::uuid, $${first + 1}::text, $${first + 2}::jsonb, $${first + 3}::text)`;

export const outboxValues = ({ id, event, body, traceparent }: OutboxRow): string[] => [id, event, body, traceparent];
