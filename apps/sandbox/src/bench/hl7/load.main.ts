import { SITES } from '../../stack/sites.js';
import { percentile } from '../common/statistics.js';
import type { RoundOrder, RoundResult, Sender } from './load.js';
import { openMllp, openPostgres } from './senders.js';

/** The load generator, in a process of its own: it carries out the rounds that its parent orders, one at a time. */
const SITE = SITES[0]!;
/** Before the clock starts: prepared statements, warm sockets. */
const WARM_UP_MESSAGES = 3;

async function round({ target, connections, bytes, seconds, first }: RoundOrder): Promise<RoundResult> {
  const open = (): Promise<Sender> =>
    target.kind === 'mllp' ? openMllp(target.port, SITE, bytes) : openPostgres(target.url, SITE, bytes);
  const senders = await Promise.all(Array.from({ length: connections }, open));
  let number = first;
  await Promise.all(
    senders.map(async (sender) => {
      for (let n = 0; n < WARM_UP_MESSAGES; n++) await sender.send(number++);
    }),
  );
  const latencies: number[] = [];
  const from = performance.now();
  const until = from + seconds * 1000;
  await Promise.all(
    senders.map(async (sender) => {
      for (let at = performance.now(); at < until;) {
        await sender.send(number++);
        const now = performance.now();
        latencies.push(now - at);
        at = now;
      }
    }),
  );
  const took = (performance.now() - from) / 1000;
  await Promise.all(senders.map((sender) => sender.close()));
  return {
    messages: latencies.length,
    answered: number - first,
    seconds: took,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
  };
}

process.on('message', (order: RoundOrder) => {
  round(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// The parent is gone: so is the work.
process.on('disconnect', () => process.exit(0));
