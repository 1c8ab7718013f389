import { ERRORS, isErrorCode, type JournalDetail, type JournalLine, type JournalQuery } from '@drimbox/contracts';
import { Database, likeLiteral } from '@drimbox/persistence';
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

  /** Lines that match everything given, newest first. */
  async list(query: JournalQuery): Promise<JournalLine[]> {
    const rows = await this.database.query<Row>(
      `select ${COLUMNS} from ${FROM}
        where ($1::text is null or site = $1) and ($2::bigint is null or sequence < $2)
          and ($3::timestamptz is null or received_at >= $3) and ($4::timestamptz is null or received_at < $4)
          and ($5::text is null or verdict = $5) and ($6::text is null or outcome = $6)
          and ($7::text is null or code = $7 
               or (notes <> '[]'::jsonb and notes @> jsonb_build_array(jsonb_build_object('code', $7::text))))
          and ($8::text is null or control_id = $8) and ($9::text is null or application = $9)
          and ($10::text is null or facility = $10) and ($11::text is null or message_type = $11)
          and ($12::text is null or listener = $12) and ($13::text is null or peer = $13)
          and ($14::uuid is null or report.id = $14)
          and ($15::text is null or detail ilike '%' || $15 || '%' or location ilike '%' || $15 || '%')
        order by sequence desc limit $16`,
      [
        query.site ?? null,
        query.before ?? null,
        query.from ?? null,
        query.to ?? null,
        query.acknowledgement ?? null,
        query.outcome ?? null,
        query.code ?? null,
        query.controlId ?? null,
        query.application ?? null,
        query.facility ?? null,
        query.messageType ?? null,
        query.listener ?? null,
        query.peer ?? null,
        query.report ?? null,
        query.text === undefined ? null : likeLiteral(query.text),
        query.limit,
      ],
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
