import { setTimeout as sleep } from 'node:timers/promises';
import { MllpConnection, type SendOptions } from '../ris/mllp/mllp-sender.js';
import type { ClientLedger, ClientRecord } from './client-ledger.js';

const ANSWER_MS = 10_000;
/** Sends of one message before the test gives up; a RIS would go on. */
const MAX_SENDS = 300;

export interface FlowReport {
  readonly message: Buffer;
  readonly record: ClientRecord;
}

export interface FlowOptions {
  readonly port: number;
  readonly ledger: ClientLedger;
  readonly random: () => number;
  /** Settles when report number n (from 0) of the flow may be sent. */
  readonly mayStart: (n: number) => Promise<void>;
}

/**
 * A RIS with several connections, each of which sends its next report when the former one got its AA. A report that
 * did not is sent again after a while, the same bytes, on a new connection when the old one broke; one that is refused for
 * good (AE) is not.
 */
export async function playFlow(
  reports: readonly FlowReport[],
  connections: number,
  options: FlowOptions,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const line = new Line(options.port);
      for (let n = next++; n < reports.length; n = next++) {
        await options.mayStart(n);
        const report = reports[n];
        if (report) await untilAnswered(line, report, options);
      }
      line.close();
    }),
  );
}

async function untilAnswered(
  line: Line,
  { message, record }: FlowReport,
  { ledger, random }: FlowOptions,
): Promise<void> {
  for (let sends = 0; sends < MAX_SENDS; sends++) {
    const send = ledger.invoke(record);
    ledger.settle(send, await line.send(message));
    if (send.ending === 'ok' || send.said === 'AE') return;
    await sleep(100 + 300 * random());
  }
}

/** A connection that is opened again when it broke. */
class Line {
  private connection: MllpConnection | undefined;

  constructor(private readonly port: number) {}

  async send(message: Buffer): ReturnType<typeof exchange> {
    this.connection ??= await MllpConnection.open('127.0.0.1', this.port);
    if (!this.connection) return { ok: false, reason: 'refused', raw: Buffer.alloc(0) };
    const answer = await exchange(this.connection, message, { timeoutMs: ANSWER_MS });
    if (!answer.ok) this.close();
    return answer;
  }

  close(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}

async function exchange(connection: MllpConnection, message: Buffer, options: SendOptions) {
  const [answer] = await connection.exchange([message], options);
  return answer ?? { ok: false as const, reason: 'closed' as const, raw: Buffer.alloc(0) };
}
