import { DrimError, type ExamIdentity } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';
import { documentsOf, type KnownReport } from './documents-of.js';
import { identityOfKos } from './identity-of-kos.js';

interface ReportRow {
  id: string;
  lineage: string;
  operation: KnownReport['operation'];
  document_key: string;
  replaces_key: string | null;
  sequence: string;
  version: number | null;
  message_time: string | null;
  accessions: string[];
}

/** Whose exam it is and which reports speak of it, for the door of the viewer: asked at the time of need, kept nowhere else. */
@Controller('exams')
export class IdentityController {
  constructor(private readonly database: Database) {}

  @Get(':examId/identity')
  @CalledBy('source-viewer')
  async identity(@Param('examId', valid(z.uuid())) examId: string): Promise<ExamIdentity> {
    const [version] = await this.database.query<{ kos: Buffer; site: string; study: string }>(
      `select kos, site, study from kos_version join exam on exam.id = exam_id
        where exam_id = $1 and status = 'approved' order by number desc limit 1`,
      [examId],
    );
    if (!version) throw new DrimError('DRIM-103');
    const read = identityOfKos(version.kos);
    // The archive holds what we built ourselves: one that cannot be read is our own fault.
    if (!read.ok) throw new DrimError('DRIM-100', `archived KOS: ${read.reason}`);
    const reports = await this.reportsOf(version.site, version.study);
    const { documents, accessions } = documentsOf(reports);
    return {
      examId,
      ...read.identity,
      accessions: [...new Set([...read.identity.accessions, ...accessions])],
      documents,
    };
  }

  /** Every message of the lineages that name the study. */
  private async reportsOf(site: string, study: string): Promise<KnownReport[]> {
    const rows = await this.database.query<ReportRow>(
      `select id, lineage, operation, document_key, replaces_key, sequence,
              (body->'document'->>'version')::int as version, body->>'messageTime' as message_time,
              array(select jsonb_path_query(body, '$.orders[*].accession.extension') #>> '{}') as accessions
         from report where site = $1 and lineage in (
           select lineage from report join report_study on report_study.report_id = report.id
            where report_study.site = $1 and study = $2)
        order by sequence limit 1000`,
      [site, study],
    );
    return rows.map((row) => ({
      reportId: row.id,
      lineage: row.lineage,
      operation: row.operation,
      document: row.document_key,
      sequence: Number(row.sequence),
      accessions: row.accessions,
      ...(row.replaces_key !== null && { replaces: row.replaces_key }),
      ...(row.version !== null && { number: row.version }),
      ...(row.message_time !== null && { messageTime: row.message_time }),
    }));
  }
}
