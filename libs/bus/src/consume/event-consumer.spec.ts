import { DrimError } from '@drimbox/contracts';
import type { OpenDatabase } from '@drimbox/persistence';
import { currentTrace } from '@drimbox/service';
import { eventually } from '@drimbox/testing';
import { once } from 'node:events';
import { DeadLetters } from '../dead-letters/dead-letters.js';
import { Inbox } from '../inbox/inbox.js';
import { busDatabase } from '../database.for-spec.js';
import { outgoing, type ReportReceived, silentLogger } from '../events.for-spec.js';
import { MemoryBus } from '../transport/memory-bus.js';
import type { EventContext } from './event-context.js';
import { EventConsumer } from './event-consumer.js';
import { DEFAULT_POLICY } from './policy.js';
import { TroubleRepository } from './trouble.repository.js';

let opened: OpenDatabase;
let bus: MemoryBus;
let letters: DeadLetters;
let consumer: EventConsumer;
let handle: (body: ReportReceived, context: EventContext) => Promise<void>;
const inbox = new Inbox();

beforeAll(async () => void (opened = await busDatabase('kos-publisher')));
afterAll(() => opened.source.destroy());
beforeEach(async () => {
  for (const table of ['inbox', 'event_trouble', 'dead_letter', 'effect'])
    await opened.database.query(`delete from ${table}`);
  bus = new MemoryBus();
  letters = new DeadLetters(opened.database);
  consumer = new EventConsumer('kos-publisher', bus, new TroubleRepository(opened.database), letters, silentLogger);
  const policy = { ...DEFAULT_POLICY, maxAttempts: 3, backoffMilliseconds: [5] };
  consumer.start(
    new Map([['report.received', { policy, handle: (body, context) => handle(body as ReportReceived, context) }]]),
  );
});
afterEach(() => consumer.stop());

const effectOnce = (body: ReportReceived, context: EventContext): Promise<boolean> =>
  opened.database.transaction((tx) =>
    inbox.once(tx, context, async () => {
      await tx.query('insert into effect values ($1, $2)', [context.eventId, body.sequence]);
    }),
  );
const effects = (): Promise<unknown[]> => opened.database.query('select * from effect');

it('handles an event in its trace and has its effect once, however often it comes', async () => {
  const traces: (string | undefined)[] = [];
  const outcomes: boolean[] = [];
  handle = async (body, context) => {
    traces.push(currentTrace()?.traceId);
    outcomes.push(await effectOnce(body, context));
  };
  const event = outgoing(7);
  await bus.publish(event);
  await eventually(() => outcomes.length === 1);
  bus.lose();
  await bus.publish(event);
  await eventually(() => outcomes.length === 2);
  expect(outcomes).toEqual([true, false]);
  expect(traces).toEqual(Array(2).fill('4bf92f3577b34da6a3ce929d0e0e4736'));
  expect(await effects()).toHaveLength(1);
});

it('rolls the mark back with the effect', async () => {
  let attempts = 0;
  handle = async (_, context) => {
    await opened.database.transaction(async (tx) => {
      await inbox.once(
        tx,
        context,
        async () => void (await tx.query('insert into effect values ($1, 1)', [context.eventId])),
      );
      if (++attempts === 1) throw new Error('fails after its effect');
    });
  };
  await bus.publish(outgoing());
  await eventually(async () => attempts === 2 && (await effects()).length === 1);
  await eventually(async () => (await opened.database.query('select 1 from event_trouble')).length === 0);
});

it('tries a retryable failure for as long as it takes', async () => {
  const failures: number[] = [];
  handle = (_, context) => {
    failures.push(context.failures);
    return failures.length < 9 ? Promise.reject(new DrimError('DRIM-106')) : Promise.resolve();
  };
  await bus.publish(outgoing());
  await eventually(() => failures.length === 9);
  expect(failures).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await letters.count()).toBe(0);
});

it.each([
  ['a final failure', new DrimError('DRIM-404', 'structure 1750000001'), 'DRIM-404', 1],
  ['an error of unknown cause, after its attempts', new Error('DURAND'), 'DRIM-601', 3],
])('keeps a dead letter of %s', async (_, error, code, attempts) => {
  handle = () => Promise.reject(error);
  const event = outgoing();
  await bus.publish(event);
  await eventually(async () => (await letters.count()) === 1);
  const [letter] = await letters.list();
  expect(letter).toMatchObject({ event: 'report.received', eventId: event.id, code, attempts, replayedAt: null });
  expect(letter?.reason).not.toContain('DURAND');
});

it.each([
  ['a body that is no JSON', { ...outgoing(), body: '{' }],
  ['a body that departs from its contract', { ...outgoing(), body: '{"patientName":"DURAND"}' }],
  ['an id that is no UUID', { ...outgoing(), id: 'stream-7' }],
])('keeps a dead letter of %s at once', async (_, event) => {
  handle = () => Promise.reject(new Error('must not run'));
  await bus.publish(event);
  await eventually(async () => (await letters.count()) === 1);
  expect(await letters.list()).toMatchObject([{ code: 'DRIM-600', attempts: 1 }]);
});

it('replays a dead letter once its cause is gone, under the same id', async () => {
  handle = () => Promise.reject(new DrimError('DRIM-404'));
  const event = outgoing(9);
  await bus.publish(event);
  await eventually(async () => (await letters.count()) === 1);
  const { id } = (await letters.list())[0]!;
  expect(await letters.replay(id)).toMatchObject({ ok: false, failure: { code: 'DRIM-404' } });
  expect(await letters.list()).toMatchObject([{ attempts: 2 }]);
  handle = async (body, context) => void (await effectOnce(body, context));
  expect(await letters.replay(id)).toEqual({ ok: true });
  expect(await letters.replay(id)).toEqual({ ok: true });
  expect(await effects()).toEqual([{ event_id: event.id, sequence: 9 }]);
  expect(await letters.count()).toBe(0);
  expect(await letters.replay(crypto.randomUUID())).toEqual({ ok: false, failure: { code: 'DRIM-103' } });
});

it('ends what is in hand when told to stop, and takes nothing more', async () => {
  const journal: string[] = [];
  const released = new AbortController();
  handle = async ({ sequence }) => {
    journal.push(`begins ${sequence}`);
    await once(released.signal, 'abort');
    journal.push(`ends ${sequence}`);
  };
  await bus.publish(outgoing(1));
  await eventually(() => journal.length === 1);
  const stopped = consumer.stop().then(() => journal.push('stopped'));
  await bus.publish(outgoing(2));
  released.abort();
  await stopped;
  expect(journal).toEqual(['begins 1', 'ends 1', 'stopped']);
});
