import { PacsLinkId, type ProbeAnswer } from '@drimbox/contracts';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param } from '@nestjs/common';
import { ConditionService } from './condition.service.js';

/** The same answer for a door that shows it on another FQDN. */
@Controller('probes')
@CalledBy('wado-gateway', 'admin')
export class ProbesController {
  constructor(private readonly conditions: ConditionService) {}

  @Get(':link')
  probe(@Param('link', valid(PacsLinkId)) link: string): ProbeAnswer {
    return this.conditions.answer(link, 'both');
  }
}
