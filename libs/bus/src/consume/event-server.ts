import { isEventName, type EventName } from '@drimbox/contracts';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { EventConsumer } from './event-consumer.js';
import { DEFAULT_POLICY, type EventPolicy } from './policy.js';
import type { RegisteredHandler } from './run-handler.js';

/** Ties Nest's `@Handles` methods to the consumer: a transport strategy of @nestjs/microservices. */
export class EventServer extends Server implements CustomTransportStrategy {
  constructor(private readonly consumer: EventConsumer) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      this.consumer.start(new Map([...this.getHandlers()].map(([event, handler]) => registered(event, handler))));
      callback();
    } catch (error) {
      callback(error);
    }
  }

  close(): Promise<void> {
    return this.consumer.stop();
  }

  on(): never {
    throw new Error('the event server emits nothing');
  }

  unwrap<T>(): T {
    return this.consumer as T;
  }
}

function registered(event: string, handler: MessageHandler): [EventName, RegisteredHandler] {
  if (!isEventName(event) || !handler.isEventHandler) throw new Error(`${event}: the bus carries events only`);
  if (handler.next) throw new Error(`${event}: two handlers; a service handles an event in one place`);
  const policy = { ...DEFAULT_POLICY, ...(handler.extras as Partial<EventPolicy>) };
  const handle: RegisteredHandler['handle'] = async (body, context) => {
    const result: unknown = await handler(body, context);
    // Nest wraps what a method returns in a stream; its error, if any, comes out of it.
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  };
  return [event, { policy, handle }];
}
