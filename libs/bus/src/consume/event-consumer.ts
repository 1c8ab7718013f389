import type { ErrorCode, EventName, ServiceName } from '@drimbox/contracts';
import { errorFields, type Logger } from '@drimbox/service';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetters } from '../dead-letters/dead-letters.js';
import { ACK_WAIT_MILLISECONDS } from '../transport/topology.js';
import type { Delivery, EventTransport } from '../transport/transport.js';
import { LoneGate } from './lone-gate.js';
import { entryOf, judge, NO_TROUBLE, type Trouble } from './policy.js';
import { type EventHandlers, type RegisteredHandler, runHandler } from './run-handler.js';
import type { TroubleRepository } from './trouble.repository.js';

const RETRY_MILLISECONDS = 1_000;
/** A pull that ends empty sooner than this was refused by an absent broker, not answered by an idle one. */
const REFUSED_WITHIN_MILLISECONDS = 200;

/** Takes events for a service and brings each to a verdict: handled, tried again later, or a dead letter. */
export class EventConsumer {
  private readonly stopping = new AbortController();
  private readonly inFlight = new Set<Promise<void>>();
  private readonly gate = new LoneGate();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly service: ServiceName,
    private readonly transport: EventTransport,
    private readonly trouble: TroubleRepository,
    private readonly deadLetters: DeadLetters,
    private readonly logger: Logger,
  ) {}

  start(handlers: EventHandlers): void {
    this.deadLetters.handlers = handlers;
    this.loops = [...handlers].map(([event, handler]) => this.consume(event, handler));
  }

  /** Takes nothing more in; resolves when the events in hand have their verdict. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
    await Promise.all(this.inFlight);
  }

  private async consume(event: EventName, handler: RegisteredHandler): Promise<void> {
    const { signal } = this.stopping;
    const active = new Set<Promise<void>>();
    let said = false;
    while (!signal.aborted) {
      const free = handler.policy.concurrency - active.size;
      if (free === 0) {
        await Promise.race(active);
        continue;
      }
      const started = performance.now();
      let taken = 0;
      try {
        // Never more than the free places: an event that waits in our memory would lose its time to be acknowledged.
        for await (const delivery of this.transport.pull(this.service, event, free, signal)) {
          taken++;
          this.track(this.process(delivery, handler), active);
        }
        if (taken > 0) said = false;
      } catch (error) {
        if (!said) this.logger.warn('consumer.awaiting', { ...errorFields(error), event });
        said = true;
      }
      const refused = taken === 0 && performance.now() - started < REFUSED_WITHIN_MILLISECONDS;
      if (refused) await sleep(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }

  private track(work: Promise<void>, active: Set<Promise<void>>): void {
    const tracked: Promise<void> = work.finally(() => {
      active.delete(tracked);
      this.inFlight.delete(tracked);
    });
    active.add(tracked);
    this.inFlight.add(tracked);
  }

  private async process(delivery: Delivery, handler: RegisteredHandler): Promise<void> {
    const beat = setInterval(() => delivery.working(), ACK_WAIT_MILLISECONDS / 3);
    try {
      // A first delivery has no past: the ordinary event costs no query.
      const trouble = delivery.deliveries > 1 ? await this.trouble.find(delivery) : NO_TROUBLE;
      const entry = entryOf(delivery.deliveries, trouble);
      if (entry === 'run') await this.gate.together(() => this.run(delivery, handler, trouble));
      else if (entry === 'run alone') await this.gate.alone(() => this.runAlone(delivery, handler, trouble));
      else await this.condemn(delivery);
    } catch (error) {
      // The verdict could not be kept (database or broker away): it will be reached again.
      this.logger.warn('consumer.no-verdict', { ...errorFields(error), ...idsOf(delivery) });
      delivery.retry(RETRY_MILLISECONDS);
    } finally {
      clearInterval(beat);
    }
  }

  private async run(delivery: Delivery, handler: RegisteredHandler, trouble: Trouble): Promise<void> {
    const { event, eventId, data, traceparent } = delivery;
    try {
      await runHandler(handler, data, { event, eventId, failures: trouble.failures }, traceparent);
    } catch (error) {
      return this.failed(delivery, handler, trouble.failures + 1, error);
    }
    await delivery.ack();
    if (trouble !== NO_TROUBLE) await this.trouble.forget(delivery);
  }

  private async runAlone(delivery: Delivery, handler: RegisteredHandler, trouble: Trouble): Promise<void> {
    this.logger.warn('consumer.suspect', idsOf(delivery));
    await this.trouble.loneRun(delivery);
    try {
      await this.run(delivery, handler, { ...trouble });
    } finally {
      await this.trouble.cleared(delivery);
    }
  }

  private async failed(
    delivery: Delivery,
    { policy }: RegisteredHandler,
    failures: number,
    error: unknown,
  ): Promise<void> {
    const verdict = judge(error, failures, policy);
    this.logger.warn('consumer.failed', { ...errorFields(error), ...idsOf(delivery), attempt: failures });
    if (verdict.kind === 'retry') {
      await this.trouble.failed(delivery);
      delivery.retry(verdict.delayMilliseconds);
      return;
    }
    await this.bury(delivery, { code: verdict.code, reason: verdict.reason, attempts: failures });
  }

  private condemn(delivery: Delivery): Promise<void> {
    const reason = 'the process died more than once handling this event alone';
    return this.bury(delivery, { code: 'DRIM-602', reason, attempts: delivery.deliveries - 1 });
  }

  /** Stored before the broker forgets it: a crash in between stores it again, over itself. */
  private async bury(delivery: Delivery, why: { code: ErrorCode; reason: string; attempts: number }): Promise<void> {
    const { event, eventId, data, traceparent } = delivery;
    await this.deadLetters.store({ event, eventId, data, traceparent, ...why });
    delivery.term();
    this.logger.error('consumer.dead-letter', { ...idsOf(delivery), code: why.code, attempts: why.attempts });
  }
}

const idsOf = ({ event, eventId }: Delivery): { event: string; eventId: string } => ({ event, eventId });
