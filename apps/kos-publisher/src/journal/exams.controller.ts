import { DrimError, type ExamDetail, type ExamPage, ExamQuery } from '@drimbox/contracts';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { ExamsRepository } from './exams.repository.js';

/** Each pointer with its state, cause and next attempt; no patient trait. */
@Controller('exams')
@CalledBy('admin')
export class ExamsController {
  constructor(private readonly exams: ExamsRepository) {}

  @Get()
  async list(@Query(valid(ExamQuery)) query: ExamQuery): Promise<ExamPage> {
    return { exams: await this.exams.list(query) };
  }

  @Get(':id')
  async detail(@Param('id', valid(z.uuid())) id: string): Promise<ExamDetail> {
    const exam = await this.exams.find(id);
    if (!exam) throw new DrimError('DRIM-103');
    return exam;
  }
}
