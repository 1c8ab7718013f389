import { setTimeout as sleep } from 'node:timers/promises';
import { MllpConnection } from '../../ris/mllp/mllp-sender.js';

export interface Arrival {
  readonly study: string;
  readonly message: Buffer;
}

/** Times in milliseconds since 1970. */
export interface Acknowledged {
  readonly study: string;
  /** When the report was to be sent; a late sender does not make it later. */
  readonly dueAt: number;
  readonly acknowledgedAt: number;
}

/** Connections a RIS may have open; one more report than that at once is a stall worth an error. */
const MAX_CONNECTIONS = 64;
const ANSWER_MS = 30_000;

/**
 * Sends one message every `intervalMs`, whatever the answers do (open loop): a slow receiver meets the same traffic as a
 * quick one. A message takes a connection that is free, or opens one. @throws when a message is not acknowledged by AA.
 */
export async function playArrivals(
  port: number,
  arrivals: readonly Arrival[],
  intervalMs: number,
): Promise<Acknowledged[]> {
  const free: MllpConnection[] = [];
  let open = 0;
  const take = async (): Promise<MllpConnection> => {
    const known = free.pop();
    if (known) return known;
    if (++open > MAX_CONNECTIONS) throw new Error(`${MAX_CONNECTIONS} reports wait for their acknowledgement`);
    const opened = await MllpConnection.open('127.0.0.1', port);
    if (!opened) throw new Error('hl7-ingest does not listen');
    return opened;
  };
  const from = Date.now();
  const sends = arrivals.map(async ({ study, message }, n) => {
    const dueAt = from + n * intervalMs;
    await sleep(dueAt - Date.now());
    const connection = await take();
    const [answer] = await connection.exchange([message], { timeoutMs: ANSWER_MS });
    if (!answer?.ok || answer.ack.code !== 'AA')
      throw new Error(`report ${n}: ${answer?.ok ? answer.ack.code : answer?.reason}`);
    free.push(connection);
    return { study, dueAt, acknowledgedAt: Date.now() };
  });
  try {
    return await Promise.all(sends);
  } finally {
    for (const connection of free) connection.close();
  }
}
