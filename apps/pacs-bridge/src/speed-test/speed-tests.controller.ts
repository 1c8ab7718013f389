import { type OperatorAccount, PacsLinkId, type SpeedTestReport } from '@drimbox/contracts';
import { CalledBy, Operator, valid } from '@drimbox/service';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { SpeedTests } from './speed-tests.service.js';

/** Speed tests of a PACS link, asked by an operator. */
@Controller('links/:link/speed-tests')
export class SpeedTestsController {
  constructor(private readonly tests: SpeedTests) {}

  @Post()
  @HttpCode(202)
  @CalledBy('admin')
  begin(
    @Param('link', valid(PacsLinkId)) link: string,
    @Operator() account: OperatorAccount,
  ): Promise<SpeedTestReport> {
    return this.tests.begin(link, account);
  }

  @Get()
  @CalledBy('admin')
  list(@Param('link', valid(PacsLinkId)) link: string): Promise<SpeedTestReport[]> {
    return this.tests.of(link);
  }
}
