import { ERRORS, isErrorCode, type JournalDetail, type JournalLine, type JournalQuery } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

interface Row {
  id: string;
  sequence: string;
  received_at: Date;
  site: string;
  listener: string;
  peer: string;
  application: string;
  facility: string;
  control_id: string;
  message_type: string;
  verdict: JournalLine['acknowledgement'];
  outcome: JournalLine['outcome'];
  code: string | null;
  detail: string | null;
  location: string | null;
  notes: JournalLine['notes'];
  bytes: number;
  repeats: number;
  last_repeat_at: Date | null;
  report_id: string | null;
}

const COLUMNS = `reception.id, sequence, received_at, site, listener, peer, application, facility, control_id, message_type,
  verdict, outcome, code, detail, location, notes, bytes, repeats, last_repeat_at, report.id as report_id`;
const FROM = `reception left join report on report.reception_id = reception.id`;

/** Reads the journal; the raw message and its document stay where they are. */
@Injectable()
export class JournalRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list({ site, before, limit }: JournalQuery): Promise<JournalLine[]> {
    const rows = await this.database.query<Row>(
      `select ${COLUMNS} from ${FROM}
        where ($1::text is null or site = $1) and ($2::bigint is null or sequence < $2)
        order by sequence desc limit $3`,
      [site ?? null, before ?? null, limit],
    );
    return rows.map(lineOf);
  }

  async find(id: string): Promise<JournalDetail | undefined> {
    const [row] = await this.database.query<Row & { ack: Buffer | null }>(
      `select ${COLUMNS}, ack from ${FROM} where reception.id = $1`,
      [id],
    );
    return row && { ...lineOf(row), acknowledgementText: row.ack?.toString('utf8').replaceAll('\r', '\n') ?? null };
  }
}

const lineOf = (row: Row): JournalLine => ({
  id: row.id,
  sequence: Number(row.sequence),
  receivedAt: row.received_at.toISOString(),
  site: row.site,
  listener: row.listener,
  peer: row.peer,
  application: row.application,
  facility: row.facility,
  controlId: row.control_id,
  messageType: row.message_type,
  acknowledgement: row.verdict,
  outcome: row.outcome,
  code: row.code,
  reason: row.code !== null && isErrorCode(row.code) ? { fr: ERRORS[row.code].fr, en: ERRORS[row.code].en } : null,
  detail: row.detail,
  location: row.location,
  notes: row.notes,
  bytes: row.bytes,
  repeats: row.repeats,
  lastRepeatAt: row.last_repeat_at?.toISOString() ?? null,
  reportId: row.report_id,
});
