import type { EventName, ServiceName } from '@drimbox/contracts';

/** An event on its way out; publishing the same id again is harmless. */
export interface OutgoingEvent {
  readonly id: string;
  readonly event: EventName;
  /** JSON. */
  readonly body: string;
  readonly traceparent: string | null;
}

/** One delivery of an event to one service. Exactly one of `ack`, `retry`, `term` ends it; none at all redelivers it. */
export interface Delivery {
  readonly event: EventName;
  readonly eventId: string;
  readonly data: Uint8Array;
  /** This delivery's number, from 1. */
  readonly deliveries: number;
  readonly traceparent: string | undefined;
  /** Asks for more time. */
  working(): void;
  /** Resolves when the broker has recorded the verdict. */
  ack(): Promise<void>;
  retry(delayMilliseconds: number): void;
  term(): void;
}

/** What the bus needs of a broker. JetStream in the product, `MemoryBus` in unit tests; one contract suite for both. */
export abstract class EventTransport {
  /** False while nothing can be sent; the work in hand then waits. */
  abstract readonly connected: boolean;

  /** Resolves when the broker has stored the event. */
  abstract publish(event: OutgoingEvent): Promise<void>;

  /** When the broker's store was created: another instant means that another, empty store took its place. */
  abstract storeCreated(): Promise<Date | undefined>;

  /** Called after each connection, the first one included. */
  abstract onConnect(listener: () => void): void;

  /**
   * At most `max` events for one service, as they come; ends after `max` or a few seconds.
   * Throws when the broker or the service's consumer is not there.
   */
  abstract pull(service: ServiceName, event: EventName, max: number, signal: AbortSignal): AsyncIterable<Delivery>;
}
