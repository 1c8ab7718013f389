import { createHash } from 'node:crypto';
import type { Answer } from '../ris/mllp/mllp-sender.js';

/** How one send ended for the sender. `unknown`: no answer came, the message may or may not be kept. */
export type Ending = 'ok' | 'fail' | 'unknown';

export interface Send {
  /** Epoch milliseconds. */
  readonly invokedAt: number;
  answeredAt?: number;
  ending: Ending;
  /** MSA-1, or why there was none. */
  said: string;
}

export interface ClientRecord {
  /** MSH-3, MSH-4, MSH-10 and SHA-256 of the bytes: what a message is to the product (promise P1). */
  readonly key: string;
  readonly study: string;
  readonly sends: Send[];
}

/** What the senders did and were told, written before and after each send. */
export class ClientLedger {
  readonly records = new Map<string, ClientRecord>();

  /** The record of a message; the same bytes have the same one. */
  open(message: Buffer, study: string): ClientRecord {
    const header = message.toString('latin1', 0, 500).split('|');
    const digest = createHash('sha256').update(message).digest('hex');
    const key = messageKey(header[2], header[3], header[9], digest);
    const known = this.records.get(key);
    if (known) return known;
    const record = { key, study, sends: [] };
    this.records.set(record.key, record);
    return record;
  }

  invoke(record: ClientRecord): Send {
    const send: Send = { invokedAt: Date.now(), ending: 'unknown', said: 'no answer' };
    record.sends.push(send);
    return send;
  }

  settle(send: Send, answer: Answer): void {
    send.answeredAt = Date.now();
    send.ending = answer.ok ? (answer.ack.code === 'AA' ? 'ok' : 'fail') : 'unknown';
    send.said = answer.ok ? answer.ack.code : answer.reason;
  }

  get acknowledged(): ClientRecord[] {
    return [...this.records.values()].filter(({ sends }) => sends.some(({ ending }) => ending === 'ok'));
  }

  count(ending: Ending): number {
    return [...this.records.values()].flatMap(({ sends }) => sends).filter((send) => send.ending === ending).length;
  }
}

export const messageKey = (application = '', facility = '', control = '', digest = ''): string =>
  [application, facility, control, digest].join('|');
