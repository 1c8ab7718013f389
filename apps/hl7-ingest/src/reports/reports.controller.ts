import { DrimError, type Report } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';

/** The typed report behind an event: its traits leave this service by this door only. */
@Controller('reports')
@CalledBy('kos-publisher')
export class ReportsController {
  constructor(private readonly database: Database) {}

  @Get(':id')
  async report(@Param('id', valid(z.uuid())) id: string): Promise<Report> {
    const [row] = await this.database.query<{ body: Report }>('select body from report where id = $1', [id]);
    if (!row) throw new DrimError('DRIM-103');
    return row.body;
  }
}
