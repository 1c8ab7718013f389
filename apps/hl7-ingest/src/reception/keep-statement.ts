import type { Statement } from '@drimbox/persistence';
import type { Reception } from './reception.repository.js';

/** Columns of `reception`, with the type of their parameter. */
const JOURNAL = [
  ['id', 'uuid'],
  ['sequence', 'bigint'],
  ['received_at', 'timestamptz'],
  ['site', 'text'],
  ['listener', 'text'],
  ['peer', 'text'],
  ['application', 'text'],
  ['facility', 'text'],
  ['control_id', 'text'],
  ['digest', 'bytea'],
  ['message_type', 'text'],
  ['verdict', 'text'],
  ['outcome', 'text'],
  ['code', 'text'],
  ['detail', 'text'],
  ['location', 'text'],
  ['notes', 'jsonb'],
  ['bytes', 'integer'],
  ['raw', 'bytea'],
  ['ack', 'bytea'],
] as const;

/** What a kept reception causes in other tables. */
const CAUSED = [
  ['id', 'uuid'],
  ['report_id', 'uuid'],
  ['report_body', 'jsonb'],
  ['event_ids', 'uuid[]'],
  ['events', 'text[]'],
  ['event_bodies', 'text[]'],
  ['traceparent', 'text'],
  ['audit_id', 'uuid'],
  ['audit_record', 'jsonb'],
  ['audit_traceparent', 'text'],
] as const;

type Column = readonly [name: string, type: string];
const names = (columns: readonly Column[]): string => columns.map(([name]) => name).join(', ');

/**
 * Keeps receptions and everything they cause, in one statement: AAs cost one round trip and one commit. Returns the ids
 * of those that are new; a repeat of an answered message writes nothing.
 */
export function keepStatement(receptions: readonly Reception[]): Statement {
  const count = receptions.length;
  return {
    name: `reception-keep-${count}`,
    text: textFor(count),
    values: [...receptions.flatMap(journalValues), ...receptions.flatMap(causedValues)],
  };
}

const texts = new Map<number, string>();

function textFor(count: number): string {
  const known = texts.get(count);
  if (known !== undefined) return known;
  const text = `
with kept as (
  insert into reception (${names(JOURNAL)})
  select ${JOURNAL.map(([name]) => (name === 'notes' ? NOTES : name)).join(', ')}
    from (values ${rows(JOURNAL, count, 1)}) as came (${names(JOURNAL)})
  on conflict (digest, site, control_id, application, facility) where verdict in ('AA', 'AE') do nothing
  returning id),
caused as (
  select came.* from (values ${rows(CAUSED, count, 1 + JOURNAL.length * count)}) as came (${names(CAUSED)}) join kept using (id)),
reported as (
  insert into report (id, reception_id, body) select report_id, id, report_body from caused where report_id is not null),
said as (
  insert into outbox (id, event, body, traceparent)
  select row.id, row.event, row.body::jsonb, traceparent
    from caused, unnest(event_ids, events, event_bodies) as row (id, event, body)),
audited as (
  insert into audit_outbox (id, record, traceparent) select audit_id, audit_record, audit_traceparent from caused)
select id from kept`;
  texts.set(count, text);
  return text;
}

/** The same MSH-3/4/10 with other bytes is a new message, told in the journal (official samples reuse MSH-10). */
const NOTES = `came.notes || case when exists (
    select from reception as former
     where former.site = came.site and former.control_id = came.control_id and former.application = came.application
       and former.facility = came.facility and former.digest <> came.digest)
  then '[{"code":"DRIM-218"}]'::jsonb else '[]'::jsonb end`;

/** Rows of parameters numbered from `first`; the types of the first row are those of all. */
function rows(columns: readonly Column[], count: number, first: number): string {
  let parameter = first;
  const row = (): string => `(${columns.map(([, type]) => `$${parameter++}::${type}`).join(', ')})`;
  return Array.from({ length: count }, row).join(', ');
}

const journalValues = (reception: Reception): unknown[] => [
  reception.id,
  reception.sequence,
  reception.receivedAt,
  reception.site,
  reception.listener,
  reception.peer,
  reception.key.application,
  reception.key.facility,
  reception.key.controlId,
  reception.digest,
  reception.key.messageType,
  reception.verdict,
  reception.outcome,
  reception.code ?? null,
  reception.detail ?? null,
  reception.location ?? null,
  JSON.stringify(reception.notes),
  reception.raw.length,
  reception.raw,
  reception.ack ?? null,
];

const causedValues = ({ id, report, events, audit }: Reception): unknown[] => [
  id,
  report?.id ?? null,
  report ? JSON.stringify(report) : null,
  events.map((event) => event.id),
  events.map(({ event }) => event),
  events.map(({ body }) => body),
  events[0]?.traceparent ?? null,
  audit.id,
  audit.record,
  audit.traceparent,
];
