import { eventually } from '@drimbox/testing';
import { outgoing } from '../events.for-spec.js';
import type { Delivery, EventTransport } from './transport.js';

export interface TransportUnderTest {
  /** Says events (hl7-ingest). */
  readonly speaker: EventTransport;
  /** Hears them (kos-publisher). */
  readonly hearer: EventTransport;
}

/** What every form of the bus must do; run against the memory twin and against JetStream. */
export function transportContract(open: () => TransportUnderTest): void {
  let speaker: EventTransport;
  let hearer: EventTransport;
  beforeAll(async () => {
    ({ speaker, hearer } = open());
    await eventually(() => speaker.connected && hearer.connected);
  });

  /** The next delivery of this event id; others are acknowledged on the way. */
  async function next(id: string): Promise<Delivery> {
    return eventually(async () => {
      const { signal } = new AbortController();
      for await (const delivery of hearer.pull('kos-publisher', 'report.received', 1, signal)) {
        if (delivery.eventId === id) return delivery;
        await delivery.ack();
      }
      throw new Error('not delivered yet');
    }, 20_000);
  }

  it('delivers what was published, with its id, trace and number', async () => {
    const event = outgoing(1);
    await speaker.publish(event);
    const delivery = await next(event.id);
    expect(delivery).toMatchObject({ event: 'report.received', deliveries: 1, traceparent: event.traceparent });
    expect(Buffer.from(delivery.data).toString()).toBe(event.body);
    await delivery.ack();
  });

  it('takes the same id once', async () => {
    const event = outgoing(2);
    const after = outgoing(3);
    for (let time = 0; time < 3; time++) await speaker.publish(event);
    await speaker.publish(after);
    await (await next(event.id)).ack();
    const following = await next(after.id);
    expect(following.deliveries).toBe(1);
    await following.ack();
  });

  it('delivers again after the delay that was asked', async () => {
    const event = outgoing(4);
    await speaker.publish(event);
    (await next(event.id)).retry(50);
    const again = await next(event.id);
    expect(again.deliveries).toBe(2);
    await again.ack();
  });

  it('delivers no more what was acknowledged or terminated', async () => {
    const [acknowledged, terminated, last] = [outgoing(5), outgoing(6), outgoing(7)];
    for (const event of [acknowledged, terminated, last]) await speaker.publish(event);
    await (await next(acknowledged.id)).ack();
    (await next(terminated.id)).term();
    const delivery = await next(last.id);
    expect(delivery.deliveries).toBe(1);
    await delivery.ack();
  });

  it('ends a pull when told to', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const taken: Delivery[] = [];
    for await (const delivery of hearer.pull('kos-publisher', 'exam.changed', 10, stop.signal)) taken.push(delivery);
    expect(taken).toEqual([]);
  });

  it('says when its store was created', async () => {
    const created = await speaker.storeCreated();
    expect(created).toBeInstanceOf(Date);
    expect(await speaker.storeCreated()).toEqual(created);
  });
}
