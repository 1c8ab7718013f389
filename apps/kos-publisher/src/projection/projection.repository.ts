import type { ProjectedExam, ProjectionPage, ProjectionQuery } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import { MAX_FORMER } from '../pointer/project.js';

interface Row {
  id: string;
  site: string;
  pacs_link: string;
  study: string;
  version: number;
  shown: boolean;
  invisible_to_subject: boolean;
  kos: string | null;
  former: string[];
}

/** The projection as it stands in the tables; an exam that was never told (only a request waits) is left out. */
@Injectable()
export class ProjectionRepository {
  constructor(private readonly database: Database) {}

  async page({ after, limit }: ProjectionQuery): Promise<ProjectionPage> {
    const rows = await this.database.query<Row>(
      `select id, site, pacs_link, study, version, shown, invisible_to_subject,
              (select kos_uid from kos_version where exam_id = exam.id and status = 'approved' order by number desc limit 1) as kos,
              array(select kos_uid from (
                select kos_uid, number from kos_version where exam_id = exam.id and status = 'replaced'
                 order by number desc limit $3) as latest order by number) as former
         from exam where version > 0 and ($1::uuid is null or id > $1) order by id limit $2`,
      [after ?? null, limit + 1, MAX_FORMER],
    );
    const exams = rows.slice(0, limit).map(projectedOf);
    return { exams, next: rows.length > limit ? (exams.at(-1)?.examId ?? null) : null };
  }
}

const projectedOf = (row: Row): ProjectedExam => ({
  examId: row.id,
  site: row.site,
  pacsLink: row.pacs_link,
  study: row.study,
  version: row.version,
  shown: row.shown,
  invisibleToSubject: row.invisible_to_subject,
  kos: row.kos,
  formerKos: row.former,
});
