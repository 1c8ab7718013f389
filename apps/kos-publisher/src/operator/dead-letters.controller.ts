import { Audit, OUTCOME } from '@drimbox/audit';
import { DeadLetters } from '@drimbox/bus';
import {
  type DeadLetterPage,
  DeadLetterQuery,
  DrimError,
  ERRORS,
  type Failure,
  isErrorCode,
  type ReplayedLetter,
} from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CalledBy, valid, Operator } from '@drimbox/service';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';

import { operatorOf } from './participants.js';

/** Events that this service gave up, and their replay. */
@Controller('dead-letters')
@CalledBy('admin')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLetters,
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  @Get()
  async list(@Query(valid(DeadLetterQuery)) { limit }: DeadLetterQuery): Promise<DeadLetterPage> {
    const letters = await this.letters.list(limit);
    return {
      letters: letters.map(({ id, event, eventId, code, reason, attempts, firstAt, lastAt }) => ({
        id,
        event,
        eventId,
        code,
        ...wordsOf(code),
        reason,
        attempts,
        firstAt: firstAt.toISOString(),
        lastAt: lastAt.toISOString(),
      })),
    };
  }

  @Post(':id/replay')
  @HttpCode(200)
  async replay(@Param('id', valid(z.uuid())) id: string, @Operator() operator: string): Promise<ReplayedLetter> {
    // Before the handler runs in transactions of its own: a crash in between leaves an act too many, never one too few.
    await this.record(id, operator);
    const replayed = await this.letters.replay(id);
    if (!replayed.ok) {
      await this.record(id, operator, replayed.failure);
      throw new DrimError(replayed.failure.code, replayed.failure.detail);
    }
    return { id, outcome: 'handled' };
  }

  private async record(id: string, operator: string, failed?: Failure): Promise<void> {
    await this.audit.record(this.database, {
      kind: 'operatorAct',
      outcome: failed ? OUTCOME.minorFailure : OUTCOME.success,
      ...(failed && { outcomeDescription: failed.code }),
      participants: operatorOf(operator),
      objects: [{ kind: 'message', id }],
      detail: { act: 'replay-letter' },
    });
  }
}

const wordsOf = (code: string): { fr: string; en: string } =>
  isErrorCode(code) ? { fr: ERRORS[code].fr, en: ERRORS[code].en } : { fr: code, en: code };
