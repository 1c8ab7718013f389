import { outgoing } from '../events.for-spec.js';
import { MemoryBus } from './memory-bus.js';
import type { Delivery } from './transport.js';
import { transportContract } from './transport-contract.for-spec.js';

describe('the contract of a transport, in memory', () => {
  transportContract(() => {
    const bus = new MemoryBus();
    return { speaker: bus, hearer: bus };
  });
});

it('delivers again what got no verdict in time, and heeds no late one', async () => {
  const bus = new MemoryBus(20);
  const next = async (): Promise<Delivery> => {
    for await (const one of bus.pull('kos-publisher', 'report.received', 1, new AbortController().signal)) return one;
    throw new Error('nothing came');
  };
  await bus.publish(outgoing());
  const first = await next();
  const second = await next();
  expect(second.deliveries).toBe(2);
  await first.ack();
  expect((await next()).deliveries).toBe(3);
});
