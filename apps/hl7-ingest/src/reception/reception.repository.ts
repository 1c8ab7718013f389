import type { AuditRow } from '@drimbox/audit';
import type { OutboxRow } from '@drimbox/bus';
import type { Report } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { MessageKey, Note } from './verdict.js';

/** One line of the journal, with all that it causes. */
export interface Reception {
  readonly id: string;
  readonly sequence: number;
  readonly receivedAt: Date;
  readonly site: string;
  readonly listener: string;
  readonly peer: string;
  readonly key: MessageKey;
  readonly digest: Buffer;
  readonly verdict: 'AA' | 'AE' | 'AR' | 'none';
  readonly outcome: 'accepted' | 'refused' | 'ignored';
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly location?: string | undefined;
  readonly notes: readonly Note[];
  readonly raw: Buffer;
  readonly ack: Buffer | undefined;
  readonly report: Report | undefined;
  readonly events: readonly OutboxRow[];
  readonly audit: AuditRow;
}

/** Everything of a reception is committed by one statement in one round trip: an AA costs one commit. */
const KEEP = `
with kept as (
  insert into reception (id, sequence, received_at, site, listener, peer, application, facility, control_id, digest,
                         message_type, verdict, outcome, code, detail, location, notes, bytes, raw, ack)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
          -- The same MSH-3/4/10 with other bytes is a new message, told in the journal (official samples reuse MSH-10).
          $17::jsonb || case when exists (select from reception
            where site = $4 and control_id = $9 and application = $7 and facility = $8 and digest <> $10)
          then '[{"code":"DRIM-218"}]'::jsonb else '[]'::jsonb end,
          $18, $19, $20)
  on conflict (digest, site, control_id, application, facility) where verdict in ('AA', 'AE') do nothing
  returning id),
reported as (
  insert into report (id, reception_id, body) select $21::uuid, id, $22::jsonb from kept where $21::uuid is not null),
said as (
  insert into outbox (id, event, body, traceparent)
  select row.id, row.event, row.body::jsonb, $26 from kept, unnest($23::uuid[], $24::text[], $25::text[]) as row (id, event, body)),
audited as (
  insert into audit_outbox (id, record, traceparent) select $27::uuid, $28::jsonb, $29 from kept)
select id from kept`;

@Injectable()
export class ReceptionRepository {
  constructor(private readonly database: Database) {}

  /** The first acknowledgement of the same MSH-3/4/10 with the same bytes; the repeat is counted. */
  async repeat(site: string, key: MessageKey, digest: Buffer): Promise<Buffer | undefined> {
    const { rows } = await this.database.run<{ ack: Buffer }>({
      name: 'reception-repeat',
      text: `update reception set repeats = repeats + 1, last_repeat_at = now()
              where digest = $1 and site = $2 and control_id = $3 and application = $4 and facility = $5
                and verdict in ('AA', 'AE')
              returning ack`,
      values: [digest, site, key.controlId, key.application, key.facility],
    });
    return rows[0]?.ack;
  }

  /** @returns false when the same message is already answered (here or by another replica): nothing was written. */
  async keep(reception: Reception): Promise<boolean> {
    const { key, report, events, audit } = reception;
    const { rows } = await this.database.run<{ id: string }>({
      name: 'reception-keep',
      text: KEEP,
      values: [
        reception.id,
        reception.sequence,
        reception.receivedAt,
        reception.site,
        reception.listener,
        reception.peer,
        key.application,
        key.facility,
        key.controlId,
        reception.digest,
        key.messageType,
        reception.verdict,
        reception.outcome,
        reception.code ?? null,
        reception.detail ?? null,
        reception.location ?? null,
        JSON.stringify(reception.notes),
        reception.raw.length,
        reception.raw,
        reception.ack ?? null,
        report?.id ?? null,
        report ? JSON.stringify(report) : null,
        events.map(({ id }) => id),
        events.map(({ event }) => event),
        events.map(({ body }) => body),
        events[0]?.traceparent ?? null,
        audit.id,
        audit.record,
        audit.traceparent,
      ],
    });
    return rows.length === 1;
  }
}
