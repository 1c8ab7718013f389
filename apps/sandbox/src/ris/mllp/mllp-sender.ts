import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type Ack, parseAck } from './ack.js';

const START = 0x0b;
const END = Buffer.from([0x1c, 0x0d]);
const TIMEOUT_MS = 15_000;
/** An acknowledgement is short: a receiver that sends more is broken. */
const ANSWER_LIMIT_BYTES = 1024 * 1024;

/** How a message is framed (MLLP: 0x0B … 0x1C 0x0D), rightly or wrongly. */
export type Framing = 'mllp' | 'no-start' | 'no-end' | 'end-without-cr' | 'none';

export interface SendOptions {
  readonly framing?: Framing;
  /** `whole`: one write for everything (default). `bytes`: one write, and one TCP packet, for each byte. */
  readonly pace?: 'whole' | 'bytes';
  readonly timeoutMs?: number;
  /** TLS, with a client certificate if it is in there. */
  readonly tls?: ConnectionOptions;
}

export type Answer =
  | { readonly ok: true; readonly raw: Buffer; readonly ack: Ack }
  /** `raw` is what had come by then. */
  | { readonly ok: false; readonly reason: 'refused' | 'closed' | 'timeout' | 'unreadable'; readonly raw: Buffer };

/** Sends one message on a connection of its own and waits for its acknowledgement. */
export async function mllpSend(
  host: string,
  port: number,
  message: Buffer,
  options: SendOptions = {},
): Promise<Answer> {
  const [answer] = await mllpSendAll(host, port, [message], options);
  return answer ?? { ok: false, reason: 'closed', raw: Buffer.alloc(0) };
}

/** Sends several messages in one write on one connection; one answer for each, in order. */
export async function mllpSendAll(
  host: string,
  port: number,
  messages: readonly Buffer[],
  options: SendOptions = {},
): Promise<Answer[]> {
  const opened = await MllpConnection.open(host, port, options);
  if (opened === undefined) return messages.map(() => ({ ok: false, reason: 'refused', raw: Buffer.alloc(0) }));
  try {
    return await opened.exchange(messages, options);
  } finally {
    opened.close();
  }
}

/** A connection that stays open, as a RIS keeps it. Written apart from libs/hl7, to catch it in the wrong. */
export class MllpConnection {
  private received = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      if (this.received.length > ANSWER_LIMIT_BYTES) socket.destroy();
      this.wake();
    });
    socket.on('error', () => undefined); // always followed by close
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  /** Undefined when nobody listens, or the TLS handshake fails. */
  static open(
    host: string,
    port: number,
    { tls, timeoutMs = TIMEOUT_MS }: SendOptions = {},
  ): Promise<MllpConnection | undefined> {
    return new Promise((resolve) => {
      const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ ...tls, host, port });
      const fail = (): void => {
        socket.destroy();
        resolve(undefined);
      };
      socket.setTimeout(timeoutMs, fail);
      socket.once('error', fail);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        socket.setTimeout(0);
        socket.off('error', fail);
        resolve(new MllpConnection(socket));
      });
    });
  }

  /** Sends messages without waiting in between, then reads one answer for each. Not to be called twice at once. */
  async exchange(messages: readonly Buffer[], options: SendOptions = {}): Promise<Answer[]> {
    const bytes = Buffer.concat(messages.map((message) => framed(message, options.framing ?? 'mllp')));
    const deadline = Date.now() + (options.timeoutMs ?? TIMEOUT_MS);
    if (options.pace === 'bytes') await this.trickle(bytes);
    else this.socket.write(bytes);
    const answers: Answer[] = [];
    while (answers.length < messages.length) answers.push(await this.nextAnswer(deadline));
    return answers;
  }

  close(): void {
    this.socket.destroy();
  }

  private async trickle(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !this.ended; at += 1) {
      const byte = bytes.subarray(at, at + 1);
      // A turn of the event loop after each write, or the kernel would join them again.
      await new Promise<void>((resolve) => this.socket.write(byte, () => setImmediate(resolve)));
    }
  }

  private async nextAnswer(deadline: number): Promise<Answer> {
    for (;;) {
      const end = this.received.indexOf(END);
      if (end >= 0) {
        const raw = this.received.subarray(0, end + END.length);
        this.received = this.received.subarray(end + END.length);
        const ack = raw[0] === START ? parseAck(raw.subarray(1, end)) : undefined;
        return ack === undefined ? { ok: false, reason: 'unreadable', raw } : { ok: true, raw, ack };
      }
      const left = deadline - Date.now();
      if (this.ended || left <= 0) return { ok: false, reason: this.ended ? 'closed' : 'timeout', raw: this.received };
      await this.somethingNew(left);
    }
  }

  private somethingNew(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function framed(message: Buffer, framing: Framing): Buffer {
  const start = Buffer.from([START]);
  if (framing === 'none') return message;
  if (framing === 'no-start') return Buffer.concat([message, END]);
  if (framing === 'no-end') return Buffer.concat([start, message]);
  if (framing === 'end-without-cr') return Buffer.concat([start, message, END.subarray(0, 1)]);
  return Buffer.concat([start, message, END]);
}
