import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { encodeFrame, FrameDecoder } from './frame-decoder.js';

export interface MllpClientOptions {
  readonly host: string;
  readonly port: number;
  /** TLS settings (ca, cert, key, servername); in clear when absent. */
  readonly tls?: ConnectionOptions;
  /** Time to connect, 10 s by default. */
  readonly connectMs?: number;
  /** Bytes of an answer, 1 MiB by default. */
  readonly maxAnswerBytes?: number;
}

export type MllpFailure = {
  readonly kind: 'unreachable' | 'timeout' | 'closed' | 'bad-answer';
  readonly detail: string;
};
export type ConnectResult = { ok: true; value: MllpClient } | { ok: false; failure: MllpFailure };
export type SendResult = { ok: true; value: Buffer } | { ok: false; failure: MllpFailure };

/** Sends messages over one MLLP connection, one at a time: for tools, simulators and tests. */
export class MllpClient {
  private readonly decoder: FrameDecoder;
  private settle: ((result: SendResult) => void) | undefined;
  private closed = false;

  private constructor(
    private readonly socket: Socket,
    maxAnswerBytes: number,
  ) {
    this.decoder = new FrameDecoder({ maxFrameBytes: maxAnswerBytes });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.closed = true;
      this.finish({ ok: false, failure: { kind: 'closed', detail: 'connection closed before the answer' } });
    });
  }

  static async connect(options: MllpClientOptions): Promise<ConnectResult> {
    const { host, port, tls, connectMs = 10_000, maxAnswerBytes = 1024 * 1024 } = options;
    const socket = tls ? connectTls({ host, port, ...tls }) : connectTcp({ host, port });
    return new Promise((resolve) => {
      const fail = (kind: MllpFailure['kind'], detail: string): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ ok: false, failure: { kind, detail } });
      };
      const timer = setTimeout(() => fail('timeout', `no connection within ${connectMs} ms`), connectMs);
      const onError = (error: Error): void => fail('unreachable', error.message);
      socket.once('error', onError);
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        socket.off('error', onError);
        resolve({ ok: true, value: new MllpClient(socket, maxAnswerBytes) });
      });
    });
  }

  /** Sends one message and waits for its answer, 30 s by default. One call at a time. After a failure the connection is closed. */
  async send(message: Buffer, timeoutMs = 30_000): Promise<SendResult> {
    if (this.settle) throw new Error('MllpClient.send: the answer to the former message has not come yet');
    if (this.closed) return { ok: false, failure: { kind: 'closed', detail: 'connection closed' } };
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.finish({ ok: false, failure: { kind: 'timeout', detail: `no answer within ${timeoutMs} ms` } });
      }, timeoutMs);
      this.settle = (result) => {
        clearTimeout(timer);
        resolve(result);
      };
      this.socket.write(encodeFrame(message));
    });
  }

  close(): void {
    this.closed = true;
    this.socket.end(() => this.socket.destroy());
  }

  private receive(chunk: Buffer): void {
    for (const event of this.decoder.push(chunk)) {
      if (event.kind === 'frame') this.finish({ ok: true, value: event.frame });
      else this.finish({ ok: false, failure: { kind: 'bad-answer', detail: event.kind } });
    }
  }

  private finish(result: SendResult): void {
    const settle = this.settle;
    this.settle = undefined;
    settle?.(result);
    // A late answer would be taken for that of the next message.
    if (!result.ok) this.socket.destroy();
  }
}
