import { DrimError, type ServiceName } from '@drimbox/contracts';
import type { Sql } from '@drimbox/persistence';
import { currentTraceparent, placesOf } from '@drimbox/service';
import { randomUUID } from 'node:crypto';
import { AUDIT_EVENTS, type AuditEventName } from './audit-events.js';
import { type AuditInput, AuditRecord } from './audit-record.js';

/** A row of `audit_outbox`, in the order of its columns `id, record, traceparent`. */
export interface AuditRow {
  readonly id: string;
  /** JSON. */
  readonly record: string;
  readonly traceparent: string;
}

/** What an author says of an act; its codes, its source and its instant (now, by default) are added. */
export interface Act {
  readonly kind: AuditEventName;
  readonly outcome: AuditInput['event']['outcome'];
  readonly outcomeDescription?: string;
  readonly at?: Date;
  readonly site?: string;
  readonly participants: AuditInput['participants'];
  readonly objects: AuditInput['objects'];
  readonly detail?: AuditInput['detail'];
}

/** Every act leaves one record, written in the transaction of the act (architecture, rule 6). */
export class Audit {
  constructor(private readonly service: ServiceName) {}

  /** Adds the record to the transaction: the act and its trace commit together or not at all. Returns its id. */
  async record(tx: Sql, act: Act): Promise<string> {
    const row = this.row(act);
    await tx.run({ name: 'audit-record', text: auditInsert(), values: auditValues(row) });
    return row.id;
  }

  /**
   * The row of a record, for an app that writes it in its own single statement.
   * @throws DrimError DRIM-100 when the record is malformed: our own mistake, said without the values.
   */
  row({ kind, outcome, outcomeDescription, at = new Date(), site, participants, objects, detail }: Act): AuditRow {
    const parsed = AuditRecord.safeParse({
      event: { ...AUDIT_EVENTS[kind], at: at.toISOString(), outcome, outcomeDescription },
      participants,
      source: { id: this.service, site },
      objects,
      detail,
    });
    if (!parsed.success) throw new DrimError('DRIM-100', `audit record ${kind}: ${placesOf(parsed.error)}`);
    return { id: randomUUID(), record: JSON.stringify(parsed.data), traceparent: currentTraceparent() };
  }
}

/** Text of the insert with its parameters numbered from `first`; its values are `auditValues(row)`. */
export const auditInsert = (first = 1): string =>
  `insert into audit_outbox (id, record, traceparent) values ($${first}::uuid, $${first + 1}::jsonb, $${first + 2}::text)`;

export const auditValues = ({ id, record, traceparent }: AuditRow): string[] => [id, record, traceparent];
