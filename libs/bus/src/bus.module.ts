import type { ServiceName } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { type CommonConfig, CONFIG, Health, Lifecycle, Logger, Metrics, SERVICE_NAME } from '@drimbox/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { EventConsumer } from './consume/event-consumer.js';
import { EventServer } from './consume/event-server.js';
import { TroubleRepository } from './consume/trouble.repository.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { Inbox } from './inbox/inbox.js';
import { Outbox } from './outbox/outbox.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { OutboxRepository } from './outbox/outbox.repository.js';
import { JetStreamTransport } from './transport/jetstream-transport.js';
import { NatsLink } from './transport/nats-link.js';
import { EventTransport } from './transport/transport.js';

export interface BusOptions {
  /** Days an outbox row stays after it was sent; inbox rows stay twice as long. 7 by default. */
  readonly keepDays?: number;
}

const KEEP_DAYS = 7;

/**
 * Gives `Outbox`, `Inbox`, `DeadLetters` to every module of the service and runs its `@Handles` methods.
 * `imports: [PersistenceModule.of({ migrations: [...BUS_MIGRATIONS, …] }), BusModule.of()]`
 */
@Module({})
export class BusModule {
  static of({ keepDays = KEEP_DAYS }: BusOptions = {}): DynamicModule {
    const transport = {
      provide: EventTransport,
      inject: [CONFIG, SERVICE_NAME, Logger, Lifecycle, Health],
      useFactory: openTransport,
    };
    const outbox = {
      provide: Outbox,
      inject: [Database, SERVICE_NAME],
      useFactory: (database: Database, service: ServiceName) => new Outbox(database, service),
    };
    const deadLetters = {
      provide: DeadLetters,
      inject: [Database],
      useFactory: (database: Database) => new DeadLetters(database),
    };
    const relay = {
      provide: OutboxRelay,
      inject: [Database, EventTransport, Outbox, Logger, Lifecycle, Metrics],
      useFactory: (
        database: Database,
        events: EventTransport,
        box: Outbox,
        logger: Logger,
        lifecycle: Lifecycle,
        metrics: Metrics,
      ): OutboxRelay => {
        const made = new OutboxRelay(database, new OutboxRepository(database), events, logger, { keepDays });
        box.wakeRelay = () => made.wake();
        backlogGauges(metrics, made);
        lifecycle.onDrain('bus', 'outbox relay', () => made.stop());
        made.start();
        return made;
      },
    };
    const server = {
      provide: EventServer,
      inject: [SERVICE_NAME, EventTransport, Database, DeadLetters, Logger, Lifecycle],
      useFactory: (
        service: ServiceName,
        events: EventTransport,
        database: Database,
        letters: DeadLetters,
        logger: Logger,
        lifecycle: Lifecycle,
      ): EventServer => {
        const consumer = new EventConsumer(service, events, new TroubleRepository(database), letters, logger);
        const made = new EventServer(consumer);
        lifecycle.addTransport(made);
        lifecycle.onDrain('intake', 'event consumer', () => consumer.stop());
        return made;
      },
    };
    const providers = [transport, outbox, Inbox, deadLetters, relay, server];
    return { module: BusModule, global: true, providers, exports: [Outbox, Inbox, DeadLetters, EventTransport] };
  }
}

function openTransport(
  config: CommonConfig,
  service: ServiceName,
  logger: Logger,
  lifecycle: Lifecycle,
  health: Health,
): EventTransport {
  const link = new NatsLink(
    { url: config.natsUrl, name: service, seedFile: config.natsSeedFile, tlsDir: config.internalTlsDir },
    logger,
  );
  // The relay must have stopped before its connection does: steps of one phase run together, so it waits for none.
  lifecycle.onDrain('store', 'NATS connection', () => link.close());
  // A broker that is away stops no service: the outbox keeps what is to be said.
  health.register({
    name: 'bus',
    kind: 'note',
    check: () => (link.up ? { ok: true } : { ok: false, reason: 'not connected' }),
  });
  return new JetStreamTransport(link);
}

function backlogGauges(metrics: Metrics, relay: OutboxRelay): void {
  metrics.gauge('drimbox_outbox_unsent_rows', 'Events that wait for the broker', [], () =>
    relay.backlog ? [[{}, relay.backlog.unsent]] : [],
  );
  metrics.gauge('drimbox_outbox_oldest_seconds', 'Age of the oldest event that waits', [], () =>
    relay.backlog ? [[{}, relay.backlog.oldestSeconds]] : [],
  );
}
