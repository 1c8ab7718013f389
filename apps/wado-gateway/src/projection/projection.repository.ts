import { ExamTable } from '@drimbox/images';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { KnownExam } from '../access/facts.js';

interface Pointers {
  readonly kos: string | null;
  readonly former_kos: readonly string[];
}

/** The exams as kos-publisher told them, with the pointers that open them. */
@Injectable()
export class ProjectionRepository extends ExamTable<KnownExam, Pointers> {
  constructor(database: Database) {
    super(
      database,
      { names: ['kos', 'former_kos'], of: ({ kos, formerKos }) => ({ kos, former_kos: [...formerKos] }) },
      ({ examId, version, shown }, { kos, former_kos: formerKos }) => ({ examId, version, shown, kos, formerKos }),
    );
  }
}
