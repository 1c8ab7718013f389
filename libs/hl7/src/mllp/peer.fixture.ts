import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { MllpClosing } from './connection.js';
import { FrameDecoder } from './frame-decoder.js';
import { MllpServer, type MllpServerOptions } from './server.js';

const cleanups: (() => unknown)[] = [];

/** To be called once the test is over, last opened first closed. */
export const onTestEnd = (cleanup: () => unknown): void => void cleanups.unshift(cleanup);

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

/** A server that echoes, on a free port, and why it closed connections. */
export async function startServer(
  options: Partial<MllpServerOptions> = {},
): Promise<{ server: MllpServer; port: number; closings: MllpClosing[] }> {
  const closings: MllpClosing[] = [];
  const server = new MllpServer({
    handler: (frame) => Promise.resolve(Buffer.concat([Buffer.from('ack '), frame])),
    onClosing: (reason) => closings.push(reason),
    ...options,
  });
  const { port } = await server.listen(0);
  onTestEnd(() => server.close(200));
  return { server, port, closings };
}

export interface TestPeer {
  readonly socket: Socket;
  readonly answers: string[];
  /** Resolves when that many answers came, or the connection ended. */
  answered(n: number): Promise<string[]>;
  readonly closed: Promise<unknown>;
}

/** A bare TCP sender. */
export async function connectPeer(port: number): Promise<TestPeer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  onTestEnd(() => socket.destroy());
  const answers: string[] = [];
  const decoder = new FrameDecoder();
  socket.on('data', (chunk: Buffer) => {
    for (const event of decoder.push(chunk)) if (event.kind === 'frame') answers.push(event.frame.toString());
    socket.emit('answers');
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  return {
    socket,
    answers,
    closed,
    async answered(n) {
      while (answers.length < n && !socket.destroyed) await Promise.race([once(socket, 'answers'), closed]);
      return answers;
    },
  };
}

/** A promise settled from outside. */
export class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** One turn of the event loop. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
