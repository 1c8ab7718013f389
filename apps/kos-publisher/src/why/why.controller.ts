import { DrimError, type WhyAnswer, WhyId } from '@drimbox/contracts';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param } from '@nestjs/common';
import { WhyRepository } from './why.repository.js';

/** Why an exam stands where it stands, by any id that an operator may hold; no patient trait. */
@Controller('why')
@CalledBy('admin')
export class WhyController {
  constructor(private readonly why: WhyRepository) {}

  @Get(':id')
  async tell(@Param('id', valid(WhyId)) id: string): Promise<WhyAnswer> {
    const answer = await this.why.tell(id);
    if (answer.exams.length === 0) throw new DrimError('DRIM-103');
    return answer;
  }
}
