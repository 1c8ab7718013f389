import 'reflect-metadata';
import { errorFields } from '../log/fields.js';
import { Logger } from '../log/logger.js';
import { faultsOf, type RunningService, type ServiceOptions, startService } from './start-service.js';

/**
 * The whole `main.ts` of a service. Prints one JSON line on standard output when ready (logs go to standard error);
 * SIGTERM or SIGINT drains and exits 0 within `DRIMBOX_DRAIN_SECONDS`, 1 past it; what nobody caught exits 1.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const early = new Logger({ service: options.name, level: 'info' });
  const fatal = (error: unknown): never => {
    early.error('process.died', errorFields(error));
    process.exit(1);
  };
  process.on('uncaughtException', fatal).on('unhandledRejection', fatal);
  let stopped: NodeJS.Signals | undefined;
  let running: RunningService | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    // Told to stop before it served anything: nothing is in flight.
    if (!running) process.exit(0);
    if (stopped) return;
    stopped = signal;
    void drain(running, signal);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  try {
    running = await startService(options, process.env);
  } catch (error) {
    const faults = faultsOf(error);
    for (const fault of faults ?? []) early.error('start.refused', { fault });
    if (!faults) early.error('start.failed', errorFields(error));
    process.exit(1);
  }
  process.stdout.write(`${JSON.stringify({ ready: true, service: options.name, ...running.ports })}\n`);
}

async function drain(service: RunningService, signal: NodeJS.Signals): Promise<void> {
  const { logger, drainSeconds } = service;
  logger.info('drain.started', { signal });
  setTimeout(() => {
    logger.error('drain.late', { seconds: drainSeconds });
    process.exit(1);
  }, drainSeconds * 1000).unref();
  await service.stop();
  logger.info('drain.done');
  process.exit(0);
}
