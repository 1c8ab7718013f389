import { randomUUID } from 'node:crypto';
import type { Visibility } from '@drimbox/contracts';
import type { Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { AttemptOutcome } from '../dmp/look-first.js';
import type { FrozenVersion } from './frozen-version.js';

interface VersionRow {
  id: string;
  exam_id: string;
  number: number;
  kos_uid: string;
  kos: Buffer;
  metadata: Buffer;
  signature: Buffer;
  submission: FrozenVersion['submission'];
  summary: FrozenVersion['summary'];
  visibility: Visibility;
}

/** The archive of DB.SO.13, and the attempts to send each version. Archived bytes are inserted once and never updated. */
@Injectable()
export class ArchiveRepository {
  async freeze(tx: Sql, version: Omit<FrozenVersion, 'number'>): Promise<void> {
    await tx.query(
      `insert into kos_version (id, exam_id, number, kos_uid, kos, metadata, signature, submission, summary, visibility)
       select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9 from kos_version where exam_id = $2`,
      [
        version.id,
        version.examId,
        version.kosUid,
        version.kos,
        version.metadata,
        version.signature,
        JSON.stringify(version.submission),
        JSON.stringify(version.summary),
        JSON.stringify(version.visibility),
      ],
    );
  }

  /** The latest frozen version of an exam. */
  async latest(sql: Sql, examId: string): Promise<FrozenVersion | undefined> {
    const [row] = await sql.query<VersionRow>(
      `select id, exam_id, number, kos_uid, kos, metadata, signature, submission, summary, visibility
         from kos_version where exam_id = $1 order by number desc limit 1`,
      [examId],
    );
    return (
      row && {
        id: row.id,
        examId: row.exam_id,
        number: row.number,
        kosUid: row.kos_uid,
        kos: row.kos,
        metadata: row.metadata,
        signature: row.signature,
        submission: row.submission,
        summary: row.summary,
        visibility: row.visibility,
      }
    );
  }

  async markAccepted(tx: Sql, versionId: string): Promise<void> {
    await tx.query(`update kos_version set accepted_at = coalesce(accepted_at, now()) where id = $1`, [versionId]);
  }

  /** Committed before the send starts: a crash leaves an attempt without an outcome. */
  async beginAttempt(sql: Sql, versionId: string): Promise<string> {
    const id = randomUUID();
    await sql.query(`insert into dmp_attempt (id, kos_version_id) values ($1, $2)`, [id, versionId]);
    return id;
  }

  async endAttempt(
    tx: Sql,
    id: string,
    outcome: NonNullable<AttemptOutcome>,
    told: { code?: string | undefined; detail?: string | undefined } = {},
  ): Promise<void> {
    await tx.query(`update dmp_attempt set ended_at = now(), outcome = $2, code = $3, detail = $4 where id = $1`, [
      id,
      outcome,
      told.code ?? null,
      told.detail ?? null,
    ]);
  }

  /** Outcomes of a version's attempts, oldest first. */
  async outcomes(sql: Sql, versionId: string): Promise<AttemptOutcome[]> {
    const rows = await sql.query<{ outcome: NonNullable<AttemptOutcome> | null }>(
      `select outcome from dmp_attempt where kos_version_id = $1 order by started_at`,
      [versionId],
    );
    return rows.map(({ outcome }) => outcome ?? undefined);
  }
}
