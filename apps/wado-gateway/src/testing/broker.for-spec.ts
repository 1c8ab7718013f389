import { connectNats, installTopology } from '@drimbox/bus';
import { type EventBody, type EventName, natsPermissionsOf, SERVICES, subjectOf } from '@drimbox/contracts';
import { createNkey, type NatsServer, startNats } from '@drimbox/supervisor';
import type { TestCa } from '@drimbox/testing';
import { headers } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A nats-server as in production: mutual TLS, one nkey per service with its permissions, and the operator's. */
export class TestBroker {
  private constructor(
    readonly server: NatsServer,
    private readonly dir: string,
    private readonly tlsOf: (name: string) => string,
  ) {}

  static async start(dir: string, ca: TestCa): Promise<TestBroker> {
    const tlsOf = (name: string): string => join(dir, 'identities', name);
    mkdirSync(join(dir, 'seeds'), { recursive: true });
    for (const name of [...SERVICES, 'operator', 'nats', 'admin']) ca.identity(tlsOf(name), name);
    const users = [...SERVICES, 'operator' as const].map((name) => {
      const { seed, publicKey } = createNkey();
      writeFileSync(join(dir, 'seeds', name), `${seed}\n`, { mode: 0o600 });
      return { name, publicKey, ...(name !== 'operator' && { permissions: natsPermissionsOf(name) }) };
    });
    const tls = tlsOf('nats');
    const files = { ca: join(tls, 'ca.pem'), cert: join(tls, 'cert.pem'), key: join(tls, 'key.pem') };
    const server = await startNats({ dir: join(dir, 'nats'), tls: { ...files, verifyClients: true }, users });
    const broker = new TestBroker(server, dir, tlsOf);
    const operator = await connectNats(broker.optionsOf('operator'));
    await installTopology(operator);
    await operator.close();
    return broker;
  }

  optionsOf(name: string): { url: string; name: string; seedFile: string; tlsDir: string } {
    return { url: this.server.url, name, seedFile: join(this.dir, 'seeds', name), tlsDir: this.tlsOf(name) };
  }

  /** Says an event as the service that may say it. */
  async say<N extends EventName>(from: string, event: N, body: EventBody<N>): Promise<void> {
    const connection = await connectNats(this.optionsOf(from));
    const head = headers();
    head.set('Nats-Msg-Id', randomUUID());
    connection.publish(subjectOf(event), JSON.stringify(body), { headers: head });
    await connection.drain();
  }
}
