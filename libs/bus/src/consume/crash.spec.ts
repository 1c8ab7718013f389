import type { OpenDatabase } from '@drimbox/persistence';
import { eventually, tempDir } from '@drimbox/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { durableOf, EVENTS_STREAM } from '@drimbox/contracts';
import { nanos } from '@nats-io/transport-node';
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DeadLetters } from '../dead-letters/dead-letters.js';
import { TestBroker } from '../broker.for-spec.js';
import { busDatabase } from '../database.for-spec.js';
import { outgoing, silentLogger } from '../events.for-spec.js';
import { JetStreamTransport } from '../transport/jetstream-transport.js';
import { NatsLink } from '../transport/nats-link.js';

const MAIN = fileURLToPath(new URL('../../dist/consume/consumer-main.for-spec.js', import.meta.url));
const EVENTS = 60;
const KILLER = 666;

const dir = tempDir();
let broker: TestBroker;
let opened: OpenDatabase & { url: string };
let child: ChildProcess | undefined;
let deaths = 0;
let over = false;

beforeAll(async () => {
  [broker, opened] = await Promise.all([TestBroker.start(dir), busDatabase('kos-publisher')]);
  await broker.install();
  await broker.asOperator(async (connection) => {
    // Half a minute in the product; here a death is noticed sooner.
    const durable = durableOf('kos-publisher', 'report.received');
    await (await jetstreamManager(connection)).consumers.update(EVENTS_STREAM, durable, { ack_wait: nanos(700) });
  });
});
afterAll(async () => {
  over = true;
  child?.kill('SIGKILL');
  await opened.source.destroy();
  await broker.server.kill9();
});

/** As an orchestrator does: whatever ended is started again. */
function keepRunning(): void {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: opened.url,
    NATS_OPTIONS: JSON.stringify(broker.optionsOf('kos-publisher')),
  };
  child = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' });
  child.once('exit', () => {
    deaths++;
    if (!over) keepRunning();
  });
}

it('condemns the event that kills its process and no other, though they were in flight with it', async () => {
  const link = new NatsLink(broker.optionsOf('hl7-ingest'), silentLogger);
  const speaker = new JetStreamTransport(link);
  await eventually(() => speaker.connected);
  const killer = outgoing(KILLER);
  for (let sequence = 0; sequence < EVENTS; sequence++) {
    await speaker.publish(sequence === 5 ? killer : outgoing(sequence));
  }
  await link.close();
  keepRunning();
  const letters = new DeadLetters(opened.database);
  await eventually(async () => (await letters.count()) === 1, 50_000);
  expect(await letters.list()).toMatchObject([{ eventId: killer.id, code: 'DRIM-602' }]);
  expect(deaths).toBeGreaterThanOrEqual(5);
  const sequences = async (): Promise<number[]> =>
    (await opened.database.query<{ sequence: number }>('select sequence from effect order by sequence')).map(
      (row) => row.sequence,
    );
  await eventually(async () => (await sequences()).length >= EVENTS - 1, 30_000);
  expect(await sequences()).toEqual([...Array(EVENTS).keys()].filter((sequence) => sequence !== 5));
  await eventually(async () => (await opened.database.query('select 1 from event_trouble')).length === 0);
});
