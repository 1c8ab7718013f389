import 'reflect-metadata';
import { type EventBody, EVENTS_STREAM } from '@drimbox/contracts';
import { Database, PersistenceModule } from '@drimbox/persistence';
import { type RunningService, startService } from '@drimbox/service';
import { eventually, tempDir, testDatabase } from '@drimbox/testing';
import { Controller, Module } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BusModule } from './bus.module.js';
import type { EventContext } from './consume/event-context.js';
import { Handles } from './consume/handles.decorator.js';
import { Inbox } from './inbox/inbox.js';
import { BUS_MIGRATIONS } from './migrations.js';
import { Outbox } from './outbox/outbox.js';
import { TestBroker } from './broker.for-spec.js';
import { reportReceived } from './events.for-spec.js';

const persistence = (): ReturnType<typeof PersistenceModule.of> => PersistenceModule.of({ migrations: BUS_MIGRATIONS });
const heard: { body: EventBody<'report.received'>; context: EventContext; first: boolean }[] = [];

@Controller()
class Hearer {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
  ) {}

  @Handles('report.received', { concurrency: 2, backoffMilliseconds: [10] })
  async received(body: EventBody<'report.received'>, context: EventContext): Promise<void> {
    if (context.failures === 0 && body.sequence === 2) throw new Error('once');
    const first = await this.database.transaction((tx) => this.inbox.once(tx, context, () => Promise.resolve()));
    heard.push({ body, context, first });
  }
}

@Module({ imports: [persistence(), BusModule.of()], controllers: [Hearer] })
class HearerModule {}

@Module({ imports: [persistence(), BusModule.of()] })
class SpeakerModule {}

const dir = tempDir();
let broker: TestBroker;
const services: RunningService[] = [];

beforeAll(async () => {
  broker = await TestBroker.start(dir);
  writeFileSync(join(dir, 'registry.json'), JSON.stringify(REGISTRY));
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await broker.server.kill9();
});

async function start(name: 'hl7-ingest' | 'kos-publisher', module: typeof HearerModule): Promise<RunningService> {
  const { url, seedFile, tlsDir } = broker.optionsOf(name);
  const service = await startService(
    { name, module },
    {
      DRIMBOX_MODE: 'test',
      DRIMBOX_LOG_LEVEL: 'error',
      DRIMBOX_REGISTRY_FILE: join(dir, 'registry.json'),
      DRIMBOX_DATABASE_URL: (await testDatabase(name)).url,
      DRIMBOX_NATS_URL: url,
      DRIMBOX_NATS_SEED_FILE: seedFile,
      DRIMBOX_INTERNAL_TLS_DIR: tlsDir,
    },
  );
  services.push(service);
  return service;
}

const opsOf = async ({ ports }: RunningService, path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${ports.ops}${path}`)).text();

describe('two services over the bus', () => {
  let speaker: RunningService;

  it('start although the broker is away, ready, and say so', async () => {
    await broker.server.stop();
    [speaker] = await Promise.all([start('hl7-ingest', SpeakerModule), start('kos-publisher', HearerModule)]);
    expect(JSON.parse(await opsOf(speaker, '/health/ready'))).toEqual({
      ok: true,
      checks: { serving: 'ok', database: 'ok', bus: 'not connected' },
    });
    await say(1);
    await eventually(async () => /drimbox_outbox_unsent_rows\{.*\} 1/.test(await opsOf(speaker, '/metrics')));
  });

  it('go on when it comes, with what was kept', async () => {
    await broker.server.restart();
    await broker.install();
    await eventually(() => heard.length === 1, 20_000);
    expect(heard[0]).toMatchObject({ body: { sequence: 1 }, context: { event: 'report.received', failures: 0 } });
    expect(JSON.parse(await opsOf(speaker, '/health/ready'))).toMatchObject({ checks: { bus: 'ok' } });
  });

  it('try again what failed', async () => {
    await say(2);
    await eventually(() => heard.length === 2);
    expect(heard[1]).toMatchObject({ body: { sequence: 2 }, context: { failures: 1 }, first: true });
  });

  it('recover from a stream made anew under them, without a second effect', async () => {
    await broker.asOperator(async (connection) => {
      await (await jetstreamManager(connection)).streams.delete(EVENTS_STREAM);
    });
    await say(3);
    await broker.install();
    await eventually(() => heard.filter(({ first }) => first).length === 3, 30_000);
    await eventually(() => heard.filter(({ first }) => !first).length >= 1, 30_000);
  });

  async function say(sequence: number): Promise<void> {
    const [database, outbox] = [speaker.app.get(Database), speaker.app.get(Outbox)];
    await database.transaction((tx) => outbox.add(tx, 'report.received', reportReceived(sequence)));
  }
});

const REGISTRY = {
  version: 1,
  sites: [
    {
      id: 'port',
      name: 'Imagerie du Port',
      structures: [
        { id: '1750000001', name: 'Port', sector: 'SA01', authCertificate: 'auth', signCertificate: 'sign' },
      ],
      hl7Listeners: [{ id: 'main', port: 0, allow: ['127.0.0.1'] }],
      risSenders: [{ id: 'ris', application: 'RIS', pacsLink: 'pacs' }],
      pacsLinks: [
        {
          id: 'pacs',
          host: '127.0.0.1',
          port: 11112,
          calledAe: 'PACS',
          callingAe: 'DRIMBOX',
          retrieveBy: 'get',
          db: 'db1.example.fr',
          vi: 'vi1.example.fr',
        },
      ],
    },
  ],
};
