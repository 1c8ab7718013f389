import { DrimError, durableOf, type EventName, EVENTS_STREAM, type ServiceName, subjectOf } from '@drimbox/contracts';
import { type Consumer, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.js';
import { isMissing } from './topology.js';
import { type Delivery, EventTransport, type OutgoingEvent } from './transport.js';

const PUBLISH_MILLISECONDS = 5_000;
const PULL_MILLISECONDS = 5_000;
const EVENT_ID = 'Nats-Msg-Id';
const TRACEPARENT = 'traceparent';

/** The bus over JetStream: events of record, stored before they are acknowledged, deduplicated by their id. */
export class JetStreamTransport extends EventTransport {
  private readonly consumers = new Map<string, { connection: NatsConnection; consumer: Consumer }>();

  constructor(private readonly link: NatsLink) {
    super();
  }

  override get connected(): boolean {
    return this.link.up !== undefined;
  }

  override onConnect(listener: () => void): void {
    this.link.onConnect(listener);
  }

  override async publish({ id, event, body, traceparent }: OutgoingEvent): Promise<void> {
    const head = headers();
    if (traceparent) head.set(TRACEPARENT, traceparent);
    await jetstream(this.connection()).publish(subjectOf(event), body, {
      msgID: id,
      headers: head,
      timeout: PUBLISH_MILLISECONDS,
      expect: { streamName: EVENTS_STREAM },
    });
  }

  override async storeCreated(): Promise<Date | undefined> {
    try {
      const manager = await jetstreamManager(this.connection(), { checkAPI: false });
      return new Date((await manager.streams.info(EVENTS_STREAM)).created);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  override async *pull(
    service: ServiceName,
    event: EventName,
    max: number,
    signal: AbortSignal,
  ): AsyncGenerator<Delivery> {
    if (signal.aborted) return;
    const consumer = await this.consumerOf(durableOf(service, event));
    const messages = await consumer.fetch({ max_messages: max, expires: PULL_MILLISECONDS });
    const stop = (): void => messages.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const message of messages) yield deliveryOf(event, message);
    } finally {
      signal.removeEventListener('abort', stop);
      messages.stop();
    }
  }

  private async consumerOf(durable: string): Promise<Consumer> {
    const connection = this.connection();
    const known = this.consumers.get(durable);
    if (known?.connection === connection) return known.consumer;
    const consumer = await jetstream(connection).consumers.get(EVENTS_STREAM, durable);
    this.consumers.set(durable, { connection, consumer });
    return consumer;
  }

  private connection(): NatsConnection {
    const { up } = this.link;
    if (!up) throw new DrimError('DRIM-106', 'NATS is not connected');
    return up;
  }
}

function deliveryOf(event: EventName, message: JsMsg): Delivery {
  return {
    event,
    eventId: message.headers?.get(EVENT_ID) || `stream-${message.seq}`,
    data: message.data,
    deliveries: message.info.deliveryCount,
    traceparent: message.headers?.get(TRACEPARENT) || undefined,
    working: () => message.working(),
    ack: async () => {
      if (!(await message.ackAck())) throw new Error('the acknowledgement was not confirmed');
    },
    retry: (delayMilliseconds) => message.nak(delayMilliseconds),
    term: () => message.term(),
  };
}
