import { type DynamicModule, Module } from '@nestjs/common';
import type { CommonConfig } from '../config/common-config.js';
import { CertificateStore } from '../certificates/certificate-store.js';
import { InternalClient } from '../internal-http/internal-client.js';
import { InternalTls } from '../internal-http/internal-tls.js';
import { Logger } from '../log/logger.js';
import { Health } from '../ops/health.js';
import { Metrics } from '../ops/metrics.js';
import { SiteRegistryHolder } from '../registry/site-registry.js';
import { Lifecycle } from './lifecycle.js';
import { ProductionChecks } from './production-checks.js';

/** Injection token of the validated settings: `@Inject(CONFIG) config: Config<typeof configSchema>`. */
export const CONFIG = Symbol('drimbox:config');
/** Injection token of this service's name, a `ServiceName`. */
export const SERVICE_NAME = Symbol('drimbox:service-name');

export interface ServiceParts {
  readonly name: string;
  readonly config: CommonConfig;
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  readonly productionChecks: ProductionChecks;
  readonly tls: InternalTls;
  readonly certificates: CertificateStore;
  readonly registry: SiteRegistryHolder;
  readonly client: InternalClient;
}

/** What every module of a service may inject. */
@Module({})
export class ServiceModule {
  static of(parts: ServiceParts): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: parts.config },
      { provide: SERVICE_NAME, useValue: parts.name },
      { provide: Logger, useValue: parts.logger },
      { provide: Health, useValue: parts.health },
      { provide: Metrics, useValue: parts.metrics },
      { provide: Lifecycle, useValue: parts.lifecycle },
      { provide: ProductionChecks, useValue: parts.productionChecks },
      { provide: InternalTls, useValue: parts.tls },
      { provide: CertificateStore, useValue: parts.certificates },
      { provide: SiteRegistryHolder, useValue: parts.registry },
      { provide: InternalClient, useValue: parts.client },
    ];
    return { module: ServiceModule, global: true, providers, exports: providers };
  }
}
