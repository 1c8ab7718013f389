import { DrimError, failure } from '@drimbox/contracts';
import { Body, Controller, Get, Inject, Injectable, Module, Post, Query } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CalledBy, Caller } from '../internal-http/called-by.js';
import { valid } from '../internal-http/valid.js';
import { currentTrace } from '../trace/trace.js';
import { Lifecycle } from './lifecycle.js';
import { ProductionChecks } from './production-checks.js';
import { CONFIG } from './service.module.js';

/** A small service with one of each: what the tests of this library start. */
export const testConfigSchema = z.object({ workMilliseconds: z.coerce.number().default(0) });
const Greeting = z.strictObject({ study: z.string().max(10) });

@Controller()
export class TestController {
  @Get('whoami')
  @CalledBy('kos-publisher', 'admin')
  whoami(@Caller() caller: string): { caller: string; trace: string | undefined } {
    return { caller, trace: currentTrace()?.traceId };
  }

  @Get('open')
  undecorated(): string {
    return 'nobody may read this';
  }

  @Post('greet')
  @CalledBy('kos-publisher')
  greet(@Body(valid(Greeting)) { study }: z.infer<typeof Greeting>): { study: string } {
    return { study };
  }

  @Get('fail')
  @CalledBy('kos-publisher')
  fail(@Query('as') as: string): never {
    if (as === 'busy') throw new DrimError('DRIM-305', failure('DRIM-305', 'pacs-1').detail);
    throw new Error('DURAND was here');
  }

  @Get('slow')
  @CalledBy('kos-publisher')
  async slow(@Query('milliseconds') milliseconds: string): Promise<{ done: true }> {
    await sleep(Number(milliseconds));
    return { done: true };
  }
}

@Injectable()
export class TestListeners {
  constructor(
    lifecycle: Lifecycle,
    checks: ProductionChecks,
    @Inject(CONFIG) config: z.infer<typeof testConfigSchema>,
  ) {
    lifecycle.addPort('hl7-main', 2575);
    if (config.workMilliseconds > 1000) checks.add(() => ['workMilliseconds is for tests']);
    lifecycle.onDrain('work', 'work in hand', () => sleep(config.workMilliseconds));
  }
}

@Module({ controllers: [TestController], providers: [TestListeners] })
export class TestModule {}
