import type { Report } from '@drimbox/contracts';
import type { Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

/** `root` or `root^extension`: how a CDA id is compared. */
export const documentKey = ({ root, extension }: Report['document']['id']): string =>
  extension === undefined ? root : `${root}^${extension}`;

/** Reports as they were fetched, and the set of live reports of each exam. */
@Injectable()
export class ReportRepository {
  /** @returns false when a first transmission of the same CDA id is already known (or the same report came again). */
  async add(tx: Sql, report: Report): Promise<boolean> {
    const rows = await tx.query(
      `insert into report (id, site, document_key, operation, sequence, body, received_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
      [
        report.id,
        report.site,
        documentKey(report.document.id),
        report.operation,
        report.sequence,
        JSON.stringify(report),
        report.receivedAt,
      ],
    );
    return rows.length === 1;
  }

  async join(tx: Sql, examId: string, reportId: string): Promise<void> {
    await tx.query(`insert into exam_report (exam_id, report_id) values ($1, $2) on conflict do nothing`, [
      examId,
      reportId,
    ]);
  }

  /** The live reports of an exam, oldest first. */
  async live(sql: Sql, examId: string): Promise<Report[]> {
    const rows = await sql.query<{ body: Report }>(
      `select body from exam_report join report on report.id = report_id
        where exam_id = $1 and left_at is null order by sequence`,
      [examId],
    );
    return rows.map(({ body }) => body);
  }

  async park(
    tx: Sql,
    request: {
      id: string;
      examId: string;
      event: string;
      reportId?: string | undefined;
      sequence?: number | undefined;
    },
  ): Promise<void> {
    await tx.query(
      `insert into parked_request (id, exam_id, event, report_id, sequence) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [request.id, request.examId, request.event, request.reportId ?? null, request.sequence ?? null],
    );
  }
}
