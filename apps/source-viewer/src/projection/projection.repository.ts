import { ExamTable, type ProjectedFacts } from '@drimbox/images';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

export interface KnownExam extends Omit<ProjectedFacts, 'version'> {
  /** INVISIBLE_PATIENT. */
  readonly invisibleToSubject: boolean;
}

interface Visibility {
  readonly invisible_to_subject: boolean;
}

/** The exams as kos-publisher told them, and whether their patient may see them. */
@Injectable()
export class ProjectionRepository extends ExamTable<KnownExam, Visibility> {
  constructor(database: Database) {
    super(
      database,
      {
        names: ['invisible_to_subject'],
        of: ({ invisibleToSubject }) => ({ invisible_to_subject: invisibleToSubject }),
      },
      ({ examId, site, pacsLink, study, shown }, { invisible_to_subject: invisibleToSubject }) => ({
        examId,
        site,
        pacsLink,
        study,
        shown,
        invisibleToSubject,
      }),
    );
  }
}
