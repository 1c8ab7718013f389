import type { EventName, ServiceName } from '@drimbox/contracts';
import { type Delivery, EventTransport, type OutgoingEvent } from './transport.js';

interface Held {
  readonly message: OutgoingEvent;
  deliveries: number;
  /** Not delivered before this time; Infinity once the verdict is final. */
  due: number;
}

const POLL_MILLISECONDS = 5;

/** The bus in memory, for unit tests and a service run alone: same contract as JetStream, nothing is kept. */
export class MemoryBus extends EventTransport {
  override readonly connected = true;
  private created = new Date();
  private readonly stored = new Map<string, OutgoingEvent>();
  private readonly queues = new Map<string, Map<string, Held>>();

  /** @param ackWaitMilliseconds time without a sign of life after which an event is delivered again. */
  constructor(
    private readonly ackWaitMilliseconds = 30_000,
    private readonly pullMilliseconds = 100,
  ) {
    super();
  }

  override onConnect(listener: () => void): void {
    listener();
  }

  override publish(event: OutgoingEvent): Promise<void> {
    if (!this.stored.has(event.id)) this.stored.set(event.id, event);
    return Promise.resolve();
  }

  override storeCreated(): Promise<Date> {
    return Promise.resolve(this.created);
  }

  /** The loss of the broker's store. */
  lose(): void {
    this.created = new Date(this.created.getTime() + 1);
    this.stored.clear();
    this.queues.clear();
  }

  override async *pull(
    service: ServiceName,
    event: EventName,
    max: number,
    signal: AbortSignal,
  ): AsyncGenerator<Delivery> {
    const end = Date.now() + this.pullMilliseconds;
    for (let given = 0; given < max && !signal.aborted && Date.now() < end;) {
      const held = this.next(service, event);
      if (held) {
        given++;
        yield this.deliver(held);
      } else await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
    }
  }

  private next(service: ServiceName, event: EventName): Held | undefined {
    const key = `${service} ${event}`;
    const queue = this.queues.get(key) ?? new Map<string, Held>();
    this.queues.set(key, queue);
    for (const message of this.stored.values()) {
      if (message.event === event && !queue.has(message.id)) queue.set(message.id, { message, deliveries: 0, due: 0 });
    }
    return [...queue.values()].find(({ due }) => due <= Date.now());
  }

  private deliver(held: Held): Delivery {
    const { message } = held;
    const deliveries = ++held.deliveries;
    const wait = (milliseconds: number): void => {
      // A late verdict on an earlier delivery changes nothing.
      if (held.deliveries === deliveries) held.due = Date.now() + milliseconds;
    };
    wait(this.ackWaitMilliseconds);
    return {
      event: message.event,
      eventId: message.id,
      data: Buffer.from(message.body),
      deliveries,
      traceparent: message.traceparent ?? undefined,
      working: () => wait(this.ackWaitMilliseconds),
      ack: () => Promise.resolve(wait(Infinity)),
      retry: wait,
      term: () => wait(Infinity),
    };
  }
}
