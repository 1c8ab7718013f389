import type { ArchivedVersion, ArchivePart, ArchiveSearch, Visibility } from '@drimbox/contracts';
import { likeLiteral, type Sql } from '@drimbox/persistence';
import type { FrozenSubmission, KosSummary } from './frozen-submission.js';

interface Row {
  id: string;
  position: string;
  exam_id: string;
  site: string;
  study: string;
  number: number;
  kos_uid: string;
  status: ArchivedVersion['state'];
  status_at: Date;
  frozen_at: Date;
  visibility: Visibility;
  report_id: string;
  replaces: string | null;
  structure: string;
  summary: KosSummary;
  kos_bytes: number;
  metadata_bytes: number;
  signature_bytes: number;
}

/** Versions that match everything given, newest first. */
export async function searchArchive(sql: Sql, search: ArchiveSearch): Promise<ArchivedVersion[]> {
  const rows = await sql.query<Row>(
    `select version.id, position, exam_id, site, study, number, kos_uid, status, status_at, frozen_at, visibility, report_id,
            replaces, submission->'structure'->>'id' as structure, summary, length(kos) as kos_bytes,
            length(metadata) as metadata_bytes, length(signature) as signature_bytes
       from kos_version as version join exam on exam.id = exam_id
      where ($1::text is null or site = $1) and ($2::text is null or study = $2) and ($3::text is null or kos_uid = $3)
        and ($4::text is null or accession = $4) and ($5::text is null or ipp = $5) and ($6::text is null or ins = $6)
        and ($7::uuid is null or version.lineage in (select lineage from report where id = $7))
        and ($8::text is null or version.lineage in (
              select lineage from report where document_key = $8 or document_key like $9 || '^%'))
        and ($10::timestamptz is null or frozen_at >= $10) and ($11::timestamptz is null or frozen_at < $11)
        and ($12::text is null or status = $12) and ($13::bigint is null or position < $13)
      order by position desc limit $14`,
    [
      search.site ?? null,
      search.study ?? null,
      search.kos ?? null,
      search.accession ?? null,
      search.ipp ?? null,
      search.ins ?? null,
      search.report ?? null,
      search.document ?? null,
      search.document === undefined ? null : likeLiteral(search.document),
      search.from ?? null,
      search.to ?? null,
      search.state ?? null,
      search.before ?? null,
      search.limit,
    ],
  );
  return rows.map(versionOf);
}

const versionOf = (row: Row): ArchivedVersion => ({
  id: row.id,
  position: Number(row.position),
  examId: row.exam_id,
  site: row.site,
  study: row.study,
  number: row.number,
  kos: row.kos_uid,
  state: row.status,
  stateAt: row.status_at.toISOString(),
  frozenAt: row.frozen_at.toISOString(),
  structure: row.structure,
  visibility: row.visibility,
  reportId: row.report_id,
  replaces: row.replaces,
  series: row.summary.series,
  instances: row.summary.objects.reduce((sum, { instances }) => sum + instances, 0),
  bytes: { kos: row.kos_bytes, metadata: row.metadata_bytes, signature: row.signature_bytes },
});

/** What is read of a version, and what the audit must say of it. */
export interface ArchivedBytes {
  readonly bytes: Buffer;
  readonly site: string;
  readonly study: string;
  readonly kos: string;
  readonly patient: FrozenSubmission['patient'];
}

/** Columns by part: never a name from outside. */
const COLUMNS = { kos: 'kos', metadata: 'metadata', signature: 'signature' } as const satisfies Record<
  ArchivePart,
  string
>;

export async function readArchive(sql: Sql, versionId: string, part: ArchivePart): Promise<ArchivedBytes | undefined> {
  const [row] = await sql.query<Omit<ArchivedBytes, 'patient'> & { submission: FrozenSubmission }>(
    `select ${COLUMNS[part]} as bytes, site, study, kos_uid as kos, submission
       from kos_version join exam on exam.id = exam_id where kos_version.id = $1`,
    [versionId],
  );
  return row && { bytes: row.bytes, site: row.site, study: row.study, kos: row.kos, patient: row.submission.patient };
}
