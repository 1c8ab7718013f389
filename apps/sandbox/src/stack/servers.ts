import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ListenerName, natsPermissionsOf, PROBES, schemaOf, type ServiceName, SERVICES } from '@drimbox/contracts';
import { createNkey, type NatsServer, type PostgresServer, startNats, startPostgres } from '@drimbox/supervisor';
import type { Certificates } from './certificates.js';

export interface Database {
  readonly server: PostgresServer;
  /** Connection URL of each service's own role. */
  readonly urls: Readonly<Record<ServiceName, string>>;
}

/** One PostgreSQL server; each service has its role and schema and no right on any other. */
export async function openDatabase(dir: string, durable: boolean): Promise<Database> {
  const server = await startPostgres({ dir, durable });
  const urls = {} as Record<ServiceName, string>;
  for (const service of SERVICES) urls[service] = await server.createServiceRole(schemaOf(service), schemaOf(service));
  return { server, urls };
}

export interface Broker {
  readonly server: NatsServer;
  /** File with the nkey seed of each listener, and of the operator that installs streams and durables. */
  readonly seedFiles: Readonly<Record<ListenerName | 'operator', string>>;
}

/** One nats-server over TLS: one nkey per listener, permissions from the table of events. */
export async function openBroker(dir: string, certificates: Certificates): Promise<Broker> {
  await mkdir(join(dir, 'seeds'), { recursive: true, mode: 0o700 });
  const tlsDir = certificates.internalDir('nats');
  const users = [];
  const seedFiles = {} as Record<ListenerName | 'operator', string>;
  for (const name of [...SERVICES, ...PROBES, 'operator'] as const) {
    const { seed, publicKey } = createNkey();
    seedFiles[name] = join(dir, 'seeds', `${name}.nk`);
    await writeFile(seedFiles[name], seed, { mode: 0o600 });
    users.push({ name, publicKey, ...(name === 'operator' ? {} : { permissions: natsPermissionsOf(name) }) });
  }
  const server = await startNats({
    dir,
    users,
    tls: {
      ca: join(tlsDir, 'ca.pem'),
      cert: join(tlsDir, 'cert.pem'),
      key: join(tlsDir, 'key.pem'),
      verifyClients: true,
    },
  });
  return { server, seedFiles };
}

/** A name for this run's folder: two runs never share one. */
export const runName = (): string =>
  `${new Date().toISOString().replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`;
