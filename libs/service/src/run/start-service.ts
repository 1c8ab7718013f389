import { DrimError, type ServiceName } from '@drimbox/contracts';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { CertificateStore } from '../certificates/certificate-store.js';
import type { CommonConfig } from '../config/common-config.js';
import { type Environment, loadConfig } from '../config/load-config.js';
import { InternalClient } from '../internal-http/internal-client.js';
import { guardInternalHttp, internalAdapter } from '../internal-http/internal-server.js';
import { InternalTls } from '../internal-http/internal-tls.js';
import { Logger } from '../log/logger.js';
import { NestLogger } from '../log/nest-logger.js';
import { certificateGauge } from '../ops/certificate-gauge.js';
import { Health } from '../ops/health.js';
import { Metrics } from '../ops/metrics.js';
import { OpsServer } from '../ops/ops-server.js';
import { SiteRegistryHolder } from '../registry/site-registry.js';
import { Lifecycle } from './lifecycle.js';
import { ProductionChecks, SANDBOX_ISSUER } from './production-checks.js';
import { ServiceModule, type ServiceParts } from './service.module.js';

export interface ServiceOptions {
  readonly name: ServiceName;
  /** The service's own settings (camel case, see `CommonConfig`). */
  readonly configSchema?: z.ZodObject;
  readonly module: Type;
  /** Refuse a registry that names certificates which the store of this service does not hold. */
  readonly holdsStructureCertificates?: boolean;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  /** `http`, `ops` and those that modules opened. */
  readonly ports: Readonly<Record<string, number>>;
  readonly logger: Logger;
  readonly drainSeconds: number;
  /** Drains and closes: readiness first, then intake, work, bus, store. */
  stop(): Promise<void>;
}

/** A refusal to start, with every reason: never a half-started service. */
export class StartRefused extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'StartRefused';
  }
}

/**
 * Starts a service in this process: settings, ops port (live), modules, internal HTTP, transports, then readiness.
 * @throws StartRefused when settings, certificates, registry or production checks are wrong.
 */
export async function startService(options: ServiceOptions, env: Environment): Promise<RunningService> {
  const read = loadConfig(options.configSchema ?? z.object({}), env);
  if (!read.ok) throw new StartRefused(read.faults);
  const parts = openParts(options, read.config);
  const { config, health, lifecycle, logger, tls } = parts;
  const ops = new OpsServer(health, parts.metrics);
  const opsPort = await ops.listen(config.opsHost, config.opsPort);
  let app: NestFastifyApplication | undefined;
  const close = async (): Promise<void> => {
    await app?.close();
    await parts.client.close();
    for (const watched of [parts.registry, parts.certificates, tls]) watched.close();
    await ops.close();
  };
  try {
    app = await NestFactory.create<NestFastifyApplication>(rootOf(options.module, parts), internalAdapter(tls), {
      logger: new NestLogger(logger),
      abortOnError: false,
    });
    guardInternalHttp(app, tls, lifecycle, logger);
    await app.init();
    refuseTestThings(parts);
    for (const strategy of lifecycle.transports) app.connectMicroservice({ strategy }, { inheritAppConfig: false });
    const http = app.getHttpAdapter();
    lifecycle.onDrain('work', 'internal-http', async () => void (await http.close()));
    await app.listen(config.httpPort, config.httpHost);
    await app.startAllMicroservices();
  } catch (error) {
    await lifecycle.drain();
    await close();
    throw error;
  }
  const port = (app.getHttpServer().address() as AddressInfo).port;
  health.serving = true;
  return {
    app,
    ports: { http: port, ops: opsPort, ...lifecycle.ports },
    logger,
    drainSeconds: config.drainSeconds,
    stop: async () => {
      health.serving = false;
      await lifecycle.drain();
      await close();
    },
  };
}

function openParts({ name, holdsStructureCertificates }: ServiceOptions, config: CommonConfig): ServiceParts {
  const logger = new Logger({ service: name, level: config.logLevel });
  const opened = InternalTls.open(config.internalTlsDir, name, logger);
  if (!opened.ok) throw new StartRefused([`internal TLS: ${opened.fault}`]);
  const certificates = new CertificateStore(config.certificatesDir, logger);
  const registry = SiteRegistryHolder.open({
    file: config.registryFile,
    logger,
    ...(holdsStructureCertificates && { certificates: () => certificates.names() }),
  });
  if (!registry.ok) throw new StartRefused(registry.faults.map((fault) => `registry: ${fault}`));
  const { holder } = registry;
  // A structure and its certificates arrive in any order: each arrival is a reason to look again.
  if (holdsStructureCertificates) certificates.onChange(() => holder.reload());
  const metrics = new Metrics(name);
  certificateGauge(metrics, certificates, opened.tls);
  return {
    name,
    config,
    logger,
    metrics,
    certificates,
    health: new Health(),
    lifecycle: new Lifecycle(logger),
    productionChecks: new ProductionChecks(),
    tls: opened.tls,
    registry: holder,
    client: new InternalClient(opened.tls, config.peers),
  };
}

function rootOf(module: Type, parts: ServiceParts): Type {
  @Module({ imports: [ServiceModule.of(parts), module] })
  class RootModule {}
  return RootModule;
}

function refuseTestThings({ config, productionChecks, tls, certificates }: ServiceParts): void {
  if (config.mode !== 'production') return;
  productionChecks.add(() =>
    [
      { name: 'internal TLS', issuer: tls.current.issuer },
      ...[...certificates.names()].map((name) => ({ name, issuer: certificates.get(name)?.leaf.issuer ?? '' })),
    ]
      .filter(({ issuer }) => SANDBOX_ISSUER.test(issuer))
      .map(({ name }) => `certificate "${name}" comes from the sandbox`),
  );
  const faults = productionChecks.faults();
  if (faults.length > 0) throw new StartRefused(faults.map((fault) => `refused in production: ${fault}`));
}

/** What a refused start may print. */
export const faultsOf = (error: unknown): readonly string[] | undefined => {
  if (error instanceof StartRefused) return error.faults;
  return error instanceof DrimError ? [error.message] : undefined;
};
