import type { ServiceName } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Lifecycle, SERVICE_NAME } from '@drimbox/service';
import { type DynamicModule, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Audit } from './audit.js';
import { OUTCOME } from './audit-events.js';

/** Gives `Audit` to every module of the service, and records that the service starts and stops. */
@Module({})
export class AuditModule implements OnApplicationBootstrap {
  constructor(
    private readonly audit: Audit,
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    @Inject(SERVICE_NAME) private readonly service: ServiceName,
  ) {}

  static of(): DynamicModule {
    const audit = {
      provide: Audit,
      inject: [SERVICE_NAME],
      useFactory: (service: ServiceName) => new Audit(service),
    };
    return { module: AuditModule, global: true, providers: [audit], exports: [Audit] };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.recordActivity('applicationStart');
    // Phase "bus": the work is done, the store is still open.
    this.lifecycle.onDrain('bus', 'audit of the stop', () => this.recordActivity('applicationStop'));
  }

  private async recordActivity(kind: 'applicationStart' | 'applicationStop'): Promise<void> {
    await this.audit.record(this.database, {
      kind,
      outcome: OUTCOME.success,
      participants: [{ userId: this.service, requestor: false }],
      objects: [],
    });
  }
}
