import 'reflect-metadata';
import type { ServiceName } from '@drimbox/contracts';
import { DeadLetters } from '../dead-letters/dead-letters.js';
import { Inbox } from '../inbox/inbox.js';
import { openBusDatabase } from '../open-database.for-spec.js';
import { type ReportReceived, silentLogger } from '../events.for-spec.js';
import { JetStreamTransport } from '../transport/jetstream-transport.js';
import { NatsLink, type NatsOptions } from '../transport/nats-link.js';
import { EventConsumer } from './event-consumer.js';
import { DEFAULT_POLICY } from './policy.js';
import { TroubleRepository } from './trouble.repository.js';

/** A consumer in a process of its own, to be killed: event 666 kills it, the others have their effect once. */
const { NATS_OPTIONS = '{}', DATABASE_URL = '' } = process.env;
const service: ServiceName = 'kos-publisher';
const { database } = await openBusDatabase(service, DATABASE_URL);
const link = new NatsLink(JSON.parse(NATS_OPTIONS) as NatsOptions, silentLogger);
const inbox = new Inbox();
const consumer = new EventConsumer(
  service,
  new JetStreamTransport(link),
  new TroubleRepository(database),
  new DeadLetters(database),
  silentLogger,
);
consumer.start(
  new Map([
    [
      'report.received',
      {
        policy: DEFAULT_POLICY,
        handle: async (body, context) => {
          const { sequence } = body as ReportReceived;
          if (sequence === 666) process.kill(process.pid, 'SIGKILL');
          await new Promise((resolve) => setTimeout(resolve, 20));
          await database.transaction((tx) =>
            inbox.once(tx, context, async () => {
              await tx.query('insert into effect values ($1, $2)', [context.eventId, sequence]);
            }),
          );
        },
      },
    ],
  ]),
);
process.stdout.write('ready\n');
