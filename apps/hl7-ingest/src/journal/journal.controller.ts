import { DrimError, type JournalDetail, type JournalPage, JournalQuery } from '@drimbox/contracts';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { JournalRepository } from './journal.repository.js';

/** What was received, and why a message was refused. */
@Controller('journal')
@CalledBy('admin')
export class JournalController {
  constructor(private readonly journal: JournalRepository) {}

  @Get()
  async list(@Query(valid(JournalQuery)) query: JournalQuery): Promise<JournalPage> {
    const lines = await this.journal.list(query);
    return { lines, next: lines.length === query.limit ? (lines.at(-1)?.sequence ?? null) : null };
  }

  @Get(':id')
  async detail(@Param('id', valid(z.uuid())) id: string): Promise<JournalDetail> {
    const line = await this.journal.find(id);
    if (!line) throw new DrimError('DRIM-103');
    return line;
  }
}
