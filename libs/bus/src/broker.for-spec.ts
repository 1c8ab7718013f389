import { natsPermissionsOf, type ServiceName, SERVICES } from '@drimbox/contracts';
import { createNkey, type NatsServer, startNats } from '@drimbox/supervisor';
import { TestCa } from '@drimbox/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectNats, type NatsOptions } from './transport/nats-link.js';
import { installTopology } from './transport/topology.js';

/** A nats-server as in production: mutual TLS, one nkey per service with its permissions, and the operator's. */
export class TestBroker {
  private constructor(
    readonly server: NatsServer,
    private readonly dir: string,
  ) {}

  static async start(dir: string): Promise<TestBroker> {
    const ca = new TestCa(join(dir, 'ca'));
    const tls = ca.identity(join(dir, 'nats-tls'), 'nats');
    const seeds = join(dir, 'seeds');
    mkdirSync(seeds);
    const users = [...SERVICES, 'operator'].map((name) => {
      const { seed, publicKey } = createNkey();
      writeFileSync(join(seeds, name), `${seed}\n`, { mode: 0o600 });
      ca.identity(join(dir, name), name);
      return { name, publicKey, ...(name !== 'operator' && { permissions: natsPermissionsOf(name as ServiceName) }) };
    });
    const files = { ca: join(tls, 'ca.pem'), cert: join(tls, 'cert.pem'), key: join(tls, 'key.pem') };
    const server = await startNats({ dir: join(dir, 'nats'), tls: { ...files, verifyClients: true }, users });
    return new TestBroker(server, dir);
  }

  optionsOf(name: ServiceName | 'operator'): NatsOptions {
    return { url: this.server.url, name, seedFile: join(this.dir, 'seeds', name), tlsDir: join(this.dir, name) };
  }

  /** What the operator does at the installation, and again after a lost store. */
  async install(): Promise<void> {
    await this.asOperator((connection) => installTopology(connection));
  }

  async asOperator<T>(work: (connection: NatsConnection) => Promise<T>): Promise<T> {
    const connection = await connectNats(this.optionsOf('operator'));
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }
}
