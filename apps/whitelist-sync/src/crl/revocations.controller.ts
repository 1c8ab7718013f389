import type { RevocationLists } from '@drimbox/contracts';
import { CalledBy } from '@drimbox/service';
import { Controller, Get } from '@nestjs/common';
import { Revocations } from './revocations.service.js';

/** The revocation lists as they were last fetched and verified. */
@Controller('revocations')
export class RevocationsController {
  constructor(private readonly revocations: Revocations) {}

  @Get()
  @CalledBy('wado-gateway', 'admin')
  lists(): Promise<RevocationLists> {
    return this.revocations.report();
  }
}
