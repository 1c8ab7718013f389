import { Logger, errorFields } from '@drimbox/service';
import { connectNats } from './transport/nats-link.js';
import { installTopology } from './transport/topology.js';

/**
 * Creates or updates the stream and the durables, once, and ends: run by the operator's identity before the services
 * and after the loss of the broker's store. `DRIMBOX_NATS_URL`, `DRIMBOX_NATS_SEED_FILE` (the operator's),
 * `DRIMBOX_INTERNAL_TLS_DIR`; optional `DRIMBOX_STREAM_MAX_BYTES`, `DRIMBOX_STREAM_REPLICAS`.
 */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const needed = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  const positive = (name: string): number | undefined => {
    if (!env[name]) return undefined;
    const value = Number(env[name]);
    if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} is not a positive number`);
    return value;
  };
  const maxBytes = positive('DRIMBOX_STREAM_MAX_BYTES');
  const replicas = positive('DRIMBOX_STREAM_REPLICAS');
  const connection = await connectNats({
    url: needed('DRIMBOX_NATS_URL'),
    name: 'operator',
    seedFile: needed('DRIMBOX_NATS_SEED_FILE'),
    tlsDir: needed('DRIMBOX_INTERNAL_TLS_DIR'),
  });
  await installTopology(connection, {
    ...(maxBytes !== undefined && { maxBytes }),
    ...(replicas !== undefined && { replicas }),
  });
  await connection.drain();
}

const logger = new Logger({ service: 'bus-install', level: 'info' });
try {
  await main(process.env);
  logger.info('bus.installed');
} catch (error) {
  logger.error('bus.not-installed', { ...errorFields(error), ...(error instanceof Error && { fault: error.message }) });
  process.exitCode = 1;
}
