import type { EventBody, EventName } from '@drimbox/contracts';
import { applyDecorators, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { EventContext } from './event-context.js';
import type { EventPolicy } from './policy.js';

/** Nest's own filter replaces every error by "Internal server error"; the consumer has to judge the real one. */
@Catch()
class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

type Handler<N extends EventName> = (body: EventBody<N>, context: EventContext) => Promise<void>;

/**
 * Handles an event: `@Handles('report.received') async received(body: EventBody<'report.received'>, context: EventContext)`.
 * Returning acknowledges. A DrimError that its table calls retryable is tried again for as long as it takes; another
 * DrimError is a dead letter at once; any other error after `maxAttempts`. Deliveries repeat: use `Inbox.once`.
 */
export const Handles =
  <N extends EventName>(event: N, policy: Partial<EventPolicy> = {}) =>
  <H extends Handler<N>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    applyDecorators(EventPattern<string>(event, policy), UseFilters(new RethrowFilter()))(target, key, descriptor);
  };
