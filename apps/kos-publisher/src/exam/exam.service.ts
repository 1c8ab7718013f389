import type { Failure } from '@drimbox/contracts';
import type { Sql } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { retryPolicies, type Settings } from '../config/settings.js';
import type { LifeEvent } from '../life/life.js';
import { advance, type Exam, type Move } from './exam.js';
import { ExamRepository, type StepDetail } from './exam.repository.js';

/** Moves exams along the state table; the caller holds the exam's row lock. */
@Injectable()
export class ExamService {
  constructor(
    private readonly exams: ExamRepository,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  async apply(tx: Sql, exam: Exam, event: LifeEvent, step: StepDetail = {}): Promise<Move> {
    const move = advance(exam, event, {
      now: new Date(),
      random: Math.random(),
      policies: retryPolicies(this.settings),
      ...(step.cause ? { cause: step.cause } : {}),
    });
    await this.exams.save(tx, exam, move, step);
    return move;
  }

  /** A step that changes nothing but has to be seen: a known report, two patients on one study. */
  async trace(tx: Sql, exam: Exam, event: LifeEvent, cause: Failure, reportId?: string): Promise<void> {
    await this.exams.save(tx, exam, { exam, event, from: exam.state, action: 'ignore' }, { cause, reportId });
  }
}
