import { DrimError, type WhiteList, type WhiteListAttempt } from '@drimbox/contracts';
import { CalledBy, valid, Operator } from '@drimbox/service';
import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { WhiteLists } from './white-list.service.js';
import { WhiteListRepository } from './white-list.repository.js';

const HistoryQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) });

/** The last list verified, what became of every attempt, and a download on demand. */
@Controller('white-list')
export class WhiteListController {
  constructor(
    private readonly lists: WhiteLists,
    private readonly repository: WhiteListRepository,
  ) {}

  @Get()
  @CalledBy('wado-gateway', 'admin')
  async list(): Promise<WhiteList> {
    // From the table: another replica may have taken a later one.
    const list = await this.repository.current();
    if (!list) throw new DrimError('DRIM-700', 'none was ever verified');
    return {
      version: list.version,
      sha256: list.sha256,
      generatedAt: list.generatedAt.toISOString(),
      signedAt: list.signingTime.toISOString(),
      verifiedAt: list.verifiedAt.toISOString(),
      usableUntil: list.usableUntil.toISOString(),
      entries: list.entries.map((entry) => ({ ...entry, updatedAt: entry.updatedAt?.toISOString() ?? null })),
    };
  }

  @Get('history')
  @CalledBy('admin')
  history(@Query(valid(HistoryQuery)) { limit }: z.output<typeof HistoryQuery>): Promise<WhiteListAttempt[]> {
    return this.repository.attempts(limit);
  }

  @Post('refresh')
  @HttpCode(200)
  @CalledBy('admin')
  refresh(@Operator() operator: string): Promise<WhiteListAttempt> {
    return this.lists.refresh(operator);
  }
}
