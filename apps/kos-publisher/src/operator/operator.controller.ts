import { DrimError, type ExamActAnswer, type ReplayAnswer } from '@drimbox/contracts';
import { CalledBy, CONFIG, valid, Operator } from '@drimbox/service';
import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import { ExamWorker } from '../pointer/exam.worker.js';
import { SiteWorld } from '../pointer/site-world.js';
import type { Decision } from './decisions.js';

import { OperatorActs } from './operator-acts.js';
import { SqlOperatorStore } from './sql-operator-store.js';

/** The operator's hands: each act names its account in `x-drimbox-operator`. */
@Controller()
@CalledBy('admin')
export class OperatorController {
  private readonly acts: OperatorActs;

  constructor(
    store: SqlOperatorStore,
    world: SiteWorld,
    @Inject(CONFIG) settings: Settings,
    private readonly worker: ExamWorker,
  ) {
    this.acts = new OperatorActs(store, world, { rule: settings.visibilityOfSet, now: () => new Date() });
  }

  @Post('exams/:id/retry')
  @HttpCode(202)
  async retry(@Param('id', valid(z.uuid())) id: string, @Operator() operator: string): Promise<ExamActAnswer> {
    return this.done(await this.acts.retry(id, operator));
  }

  @Post('exams/:id/release')
  @HttpCode(202)
  async release(@Param('id', valid(z.uuid())) id: string, @Operator() operator: string): Promise<ExamActAnswer> {
    return this.done(await this.acts.release(id, operator));
  }

  @Post('versions/:id/replay')
  @HttpCode(202)
  async replay(@Param('id', valid(z.uuid())) id: string, @Operator() operator: string): Promise<ReplayAnswer> {
    return this.done(await this.acts.replay(id, operator));
  }

  private done<T>(decision: Decision<T>): T {
    if (!decision.ok) throw new DrimError(decision.failure.code, decision.failure.detail);
    this.worker.wake();
    return decision.value;
  }
}
