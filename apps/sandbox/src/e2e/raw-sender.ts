import { connect, type Socket } from 'node:net';
import { type Ack, parseAck } from '../ris/mllp/ack.js';

const START = 0x0b;
const END = Buffer.from([0x1c, 0x0d]);
const TIMEOUT_MS = 30_000;

export const framed = (message: Buffer): Buffer => Buffer.concat([Buffer.of(START), message, END]);

export interface Conversation {
  readonly acks: readonly Ack[];
  /** The receiver closed, in order or by a reset, before it had answered `answers` times. */
  readonly closed: boolean;
}

export interface ConversationOptions {
  /** Ends once so many acknowledgements have come; default 1. */
  readonly answers?: number;
  /** Closes our side after the bytes, and still reads. */
  readonly halfClose?: boolean;
  /** Source address. */
  readonly from?: string;
}

/** Writes bytes as they are on a connection of its own and reads what comes back. @throws when nothing does for 30 s. */
export function converse(port: number, bytes: Buffer, options: ConversationOptions = {}): Promise<Conversation> {
  const { answers = 1, halfClose = false, from } = options;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ...(from !== undefined && { localAddress: from }) });
    let received = Buffer.alloc(0);
    const settle = (closed: boolean): void => {
      clearTimeout(timer);
      resolve({ acks: acksIn(received), closed });
      socket.destroy();
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`neither ${answers} acknowledgements nor an end after ${TIMEOUT_MS} ms`));
    }, TIMEOUT_MS);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (acksIn(received).length >= answers) settle(false);
    });
    socket.on('error', () => undefined); // always followed by close
    socket.on('close', () => settle(true));
    socket.on('connect', () => {
      socket.write(bytes);
      if (halfClose) socket.end();
    });
  });
}

function acksIn(received: Buffer): Ack[] {
  return received
    .toString('latin1')
    .split(END.toString('latin1'))
    .slice(0, -1)
    .map((frame) => parseAck(Buffer.from(frame.slice(1), 'latin1')))
    .filter((ack) => ack !== undefined);
}

/** So many connections that say nothing. */
export async function idleConnections(
  port: number,
  count: number,
): Promise<{ alive: () => number; close: () => void }> {
  const sockets = new Set<Socket>();
  const open = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => {
        sockets.add(socket);
        resolve();
      });
      socket.on('error', reject);
      socket.on('close', () => sockets.delete(socket));
    });
  for (let left = count; left > 0; left -= 50) {
    await Promise.all(Array.from({ length: Math.min(50, left) }, open));
  }
  return { alive: () => sockets.size, close: () => sockets.forEach((socket) => socket.destroy()) };
}
