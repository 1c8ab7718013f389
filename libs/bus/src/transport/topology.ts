import {
  durableOf,
  EVENT_NAMES,
  type EventName,
  EVENTS_STREAM,
  ROUTES,
  SUBJECT_PREFIX,
  subjectOf,
  type ListenerName,
} from '@drimbox/contracts';
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How far back a relay republishes after a connection: longer than JetStream takes to write to disk. */
export const REPUBLISH_MILLISECONDS = 10 * MINUTE;
/** Without a sign of life for so long, an event goes to another instance. */
export const ACK_WAIT_MILLISECONDS = 30_000;
/** Events of one durable in flight over all replicas. */
const MAX_ACK_PENDING = 256;
/** Events hold ids and codes (architecture, rule 2). */
export const MAX_EVENT_BYTES = 256 * 1024;
const MAX_STORE_BYTES = 512 * 1024 * 1024;

export interface TopologyOptions {
  /** Size of the stream on disk; 512 MiB by default, about a million events. */
  readonly maxBytes?: number;
  /** Copies in a cluster; 1 by default, 3 in production. */
  readonly replicas?: number;
}

/**
 * Creates or updates the stream and the durable of every route. Run by the operator's identity, as often as wished:
 * services have no right to it and wait for it.
 */
export async function installTopology(connection: NatsConnection, options: TopologyOptions = {}): Promise<void> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  await installStream(manager, options);
  for (const event of EVENT_NAMES) {
    for (const service of ROUTES[event].to) await installDurable(manager, service, event);
  }
}

async function installStream(manager: JetStreamManager, { maxBytes, replicas }: TopologyOptions): Promise<void> {
  const config = {
    subjects: [`${SUBJECT_PREFIX}>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    // A full store refuses, and the outbox keeps; discarding old events would lose what a late consumer has not read.
    discard: DiscardPolicy.New,
    max_age: nanos(7 * DAY),
    max_bytes: maxBytes ?? MAX_STORE_BYTES,
    max_msg_size: MAX_EVENT_BYTES + 4096,
    duplicate_window: nanos(REPUBLISH_MILLISECONDS),
    num_replicas: replicas ?? 1,
  };
  try {
    await manager.streams.info(EVENTS_STREAM);
    await manager.streams.update(EVENTS_STREAM, config);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await manager.streams.add({ name: EVENTS_STREAM, ...config });
  }
}

async function installDurable(manager: JetStreamManager, service: ListenerName, event: EventName): Promise<void> {
  const durable = durableOf(service, event);
  const config = {
    durable_name: durable,
    filter_subject: subjectOf(event),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ACK_WAIT_MILLISECONDS),
    // Unlimited here: the server would drop in silence an event that kills its consumer, and the innocent ones that
    // were in flight with it. The limit is ours (event-consumer.ts).
    max_deliver: -1,
    max_ack_pending: MAX_ACK_PENDING,
  };
  try {
    await manager.consumers.info(EVENTS_STREAM, durable);
    await manager.consumers.update(EVENTS_STREAM, durable, config);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await manager.consumers.add(EVENTS_STREAM, config);
  }
}

/** The stream or the consumer does not exist. */
export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound].some((code) => code === error.code);
