import { EVENTS_STREAM } from '@drimbox/contracts';
import type { OpenDatabase } from '@drimbox/persistence';
import { eventually, tempDir } from '@drimbox/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { TestBroker } from '../broker.for-spec.js';
import { busDatabase } from '../database.for-spec.js';
import { reportReceived, silentLogger } from '../events.for-spec.js';
import { JetStreamTransport } from '../transport/jetstream-transport.js';
import { NatsLink } from '../transport/nats-link.js';
import type { EventTransport, OutgoingEvent } from '../transport/transport.js';
import { Outbox } from './outbox.js';
import { OutboxRelay } from './outbox-relay.js';
import { OutboxRepository } from './outbox.repository.js';
import { outboxInsert, outboxValues } from './outbox-row.js';

let broker: TestBroker;
let opened: OpenDatabase;
let outbox: Outbox;
let link: NatsLink;
const relays: OutboxRelay[] = [];

const dir = tempDir();
beforeAll(async () => {
  [broker, opened] = await Promise.all([TestBroker.start(dir), busDatabase('hl7-ingest')]);
  outbox = new Outbox(opened.database, 'hl7-ingest');
  link = new NatsLink(broker.optionsOf('hl7-ingest'), silentLogger);
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});
afterAll(async () => {
  await link.close();
  await opened.source.destroy();
  await broker.server.kill9();
});

function relay(
  repository = new OutboxRepository(opened.database),
  transport: EventTransport = new JetStreamTransport(link),
): OutboxRelay {
  const made = new OutboxRelay(opened.database, repository, transport, silentLogger, {
    keepDays: 7,
    pollMilliseconds: 100,
  });
  relays.push(made);
  made.start();
  return made;
}

const write = (sequence: number): Promise<string> =>
  opened.database.transaction((tx) => outbox.add(tx, 'report.received', reportReceived(sequence)));
const unsent = async (): Promise<number> =>
  (
    await opened.database.query<{ n: number }>(
      `select count(*)::int as n from outbox where sent_at is null and event = 'report.received'`,
    )
  )[0]!.n;
const written = async (): Promise<number> =>
  (
    await opened.database.query<{ n: number }>(`select count(*)::int as n from outbox where event = 'report.received'`)
  )[0]!.n;
const stored = (): Promise<number> =>
  broker.asOperator(async (connection) => {
    const manager = await jetstreamManager(connection);
    return (await manager.streams.info(EVENTS_STREAM)).state.messages;
  });

describe('writing', () => {
  it('keeps what is committed, nothing of what is rolled back', async () => {
    const lost = opened.database.transaction(async (tx) => {
      await outbox.add(tx, 'report.received', reportReceived());
      throw new Error('changed my mind');
    });
    await expect(lost).rejects.toThrow('changed my mind');
    expect(await written()).toBe(0);
    await write(0);
    expect(await written()).toBe(1);
  });

  it('refuses a body that is not the event, and an event that is not the service’s', () => {
    const named = { ...reportReceived(), patientName: 'DURAND' };
    expect(() => outbox.row('report.received', named)).toThrow(/DRIM-600/);
    expect(() => outbox.row('report.received', named)).not.toThrow(/DURAND/);
    expect(() => outbox.row('kos.failed', {} as never)).toThrow(/DRIM-104/);
  });

  it('fits in the single statement of an app', async () => {
    const row = outbox.row('report.received', reportReceived(1));
    const { count } = await opened.database.run({
      text: `with effect as (insert into effect values ($1::uuid, $2)) ${outboxInsert(3)}`,
      values: [row.id, 1, ...outboxValues(row)],
    });
    expect(count).toBe(1);
  });
});

describe('sending', () => {
  it('waits for a store that is not installed yet, then sends what was kept', async () => {
    relay();
    await write(2);
    await broker.install();
    await eventually(async () => (await unsent()) === 0);
    expect(await stored()).toBe(await written());
  });

  it('leaves to their outbox the events that nobody hears yet', async () => {
    relay();
    const counted = {
      site: 'port',
      at: '2026-11-22T10:00:00Z',
      messageId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      messageType: 'ORU^R01',
      outcome: 'accepted',
      bytes: 1,
    } as const;
    await opened.database.transaction((tx) => outbox.add(tx, 'reception.counted', counted));
    await write(3);
    await eventually(async () => (await unsent()) === 0);
    const [row] = await opened.database.query<{ n: number }>(
      `select count(*)::int as n from outbox where event = 'reception.counted' and sent_at is null`,
    );
    expect(row?.n).toBe(1);
    await new OutboxRepository(opened.database).purge(0);
    expect(await opened.database.query(`select 1 from outbox where event = 'reception.counted'`)).toHaveLength(1);
  });

  it('loses and doubles nothing when a relay dies between publishing and marking', async () => {
    const before = await stored();
    class Dying extends OutboxRepository {
      deaths = 0;
      override markSent(positions: readonly string[]): Promise<void> {
        if (this.deaths++ < 2) return Promise.reject(new Error('killed'));
        return super.markSent(positions);
      }
    }
    const dying = new Dying(opened.database);
    for (let sequence = 0; sequence < 300; sequence++) await write(sequence);
    relay(dying);
    await eventually(async () => (await unsent()) === 0, 30_000);
    expect(dying.deaths).toBeGreaterThan(2);
    expect(await stored()).toBe(before + 300);
  });

  it('is done by one relay at a time; another takes over when it stops', async () => {
    const [first, second] = [relay(), relay()];
    const leading = (): OutboxRelay[] => [first, second].filter((one) => one.wake());
    await eventually(() => leading().length === 1);
    const leader = leading()[0]!;
    await write(4);
    await eventually(async () => (await unsent()) === 0);
    expect(leading()).toEqual([leader]);
    await leader.stop();
    await eventually(() => leading().length === 1 && leading()[0] !== leader);
    await write(5);
    await eventually(async () => (await unsent()) === 0);
  });

  it('goes on after the loss of its session', async () => {
    const one = relay();
    await eventually(() => one.wake());
    await opened.database.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())`,
    );
    await write(6);
    await eventually(async () => (await unsent()) === 0);
  });
});

describe('a broker that forgets', () => {
  it('is told again what it was told in the last minutes, after it comes back', async () => {
    const told: string[] = [];
    class Counting extends JetStreamTransport {
      override publish(event: OutgoingEvent): Promise<void> {
        told.push(event.id);
        return super.publish(event);
      }
    }
    relay(undefined, new Counting(link));
    await eventually(async () => (await unsent()) === 0);
    const [recent, older] = [await write(7), await write(8)];
    await eventually(() => told.includes(older));
    await eventually(async () => (await unsent()) === 0);
    await opened.database.query(`update outbox set sent_at = now() - interval '11 minutes' where id = $1`, [older]);
    await broker.server.kill9();
    const meanwhile = await write(9);
    await broker.server.restart();
    await eventually(() => told.includes(meanwhile) && told.filter((id) => id === recent).length === 2, 30_000);
    await eventually(async () => (await unsent()) === 0);
    expect(told.filter((id) => id === older)).toHaveLength(1);
  });

  it('is told everything that is kept when its store was lost', async () => {
    relay();
    await broker.server.stop();
    broker.server.deleteStore();
    await broker.server.restart();
    await write(8);
    await broker.install();
    await eventually(async () => (await unsent()) === 0 && (await stored()) === (await written()), 30_000);
  });

  it('is told everything when the stream was made anew under it', async () => {
    relay();
    await broker.asOperator(async (connection) => {
      await (await jetstreamManager(connection)).streams.delete(EVENTS_STREAM);
    });
    await broker.install();
    await eventually(async () => (await stored()) === (await written()), 30_000);
  });
});

it('purges what was sent long ago, and inbox rows twice as old', async () => {
  const { database } = opened;
  const repository = new OutboxRepository(database);
  await database.query(`update outbox set sent_at = now() - interval '8 days' where event = 'report.received'`);
  await write(9);
  await database.query(
    `insert into inbox (event_id, event, handled_at) select gen_random_uuid(), 'x', now() - n * interval '1 day'
     from unnest(array[13, 15]) n`,
  );
  await repository.purge(7);
  expect(await written()).toBe(1);
  expect(await database.query('select 1 from inbox')).toHaveLength(1);
  expect(await repository.backlog()).toMatchObject({ unsent: 1 });
});
