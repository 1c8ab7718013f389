import type { Socket } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import { encodeFrame, FrameDecoder, type DecoderEvent, type FramingFault } from './frame-decoder.js';

/** A connected sender. */
export interface MllpPeer {
  /** Number of the connection, unique in the server's life. */
  readonly id: number;
  /** IPv4 or IPv6 address, never IPv4-mapped. */
  readonly address: string;
  readonly port: number;
  readonly localPort: number;
  /** Certificate presented over TLS, verified unless the server was told otherwise. */
  readonly certificate?: PeerCertificate;
}

export type MllpHandler = (frame: Buffer, peer: MllpPeer) => Promise<Buffer | undefined>;
export type MllpFaultHandler = (fault: FramingFault, peer: MllpPeer) => Promise<Buffer | undefined>;

/** Why a connection was closed by this side. */
export type MllpClosing =
  'idle' | 'slow-frame' | 'too-much-junk' | 'handler-failed' | 'answer-not-read' | 'not-allowed' | 'too-many';

export interface ConnectionOptions {
  readonly maxFrameBytes: number;
  readonly maxJunkBytes: number;
  readonly idleMs: number;
  readonly frameMs: number;
  readonly handler: MllpHandler;
  readonly onFault: MllpFaultHandler;
  readonly onClosing: (reason: MllpClosing, peer: MllpPeer, error?: unknown) => void;
}

/** Time a sender has to close its side once ours is closed. */
const LINGER_MS = 300;

/**
 * One sender. Its frames are worked one at a time and answered in order; while one is worked the socket is paused, so that TCP holds the
 * sender back and at most one read of the socket waits in memory. A frame received whole is worked to its end even when its sender left.
 */
export class MllpConnection {
  private readonly decoder: FrameDecoder;
  private readonly waiting: DecoderEvent[] = [];
  private working = false;
  private ending = false;
  private draining = false;
  private frameTimer: NodeJS.Timeout | undefined;
  private timedFrame = 0;
  private idle: (() => void)[] = [];

  constructor(
    private readonly socket: Socket,
    readonly peer: MllpPeer,
    private readonly options: ConnectionOptions,
  ) {
    this.decoder = new FrameDecoder(options);
    socket.setNoDelay(true);
    // Finds peers that vanished without a word (half-open connections) even where the idle time-out is long.
    socket.setKeepAlive(true, 60_000);
    socket.setTimeout(options.idleMs);
    socket.on('timeout', () => this.working || this.close('idle'));
    socket.on('data', (chunk: Buffer) => this.draining || this.receive(this.decoder.push(chunk)));
    socket.on('end', () => {
      this.ending = true;
      this.receive(this.decoder.end());
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearTimeout(this.frameTimer));
  }

  /** Finishes the frame in progress, answers it, then closes. Frames not yet started are left to be sent again. */
  async drain(): Promise<void> {
    this.draining = true;
    this.ending = true;
    this.waiting.length = 0;
    if (this.working) await new Promise<void>((resolve) => this.idle.push(resolve));
    if (this.socket.destroyed) return;
    // What the sender still sends is read and dropped: closing on unread bytes would reset the connection and lose the answer.
    this.socket.end();
    this.socket.resume();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LINGER_MS);
      this.socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    this.socket.destroy();
  }

  private receive(events: readonly DecoderEvent[]): void {
    this.waiting.push(...events);
    this.watchFrame();
    if (this.working) return;
    if (this.waiting.length > 0) void this.work();
    else if (this.ending) this.socket.end();
  }

  private async work(): Promise<void> {
    this.working = true;
    this.socket.pause();
    clearTimeout(this.frameTimer);
    this.timedFrame = 0;
    try {
      for (let event = this.waiting.shift(); event; event = this.waiting.shift()) await this.answer(event);
    } catch (error) {
      // No answer is the only honest one: the sender will send again.
      this.close('handler-failed', error);
    }
    this.working = false;
    for (const resolve of this.idle.splice(0)) resolve();
    if (this.socket.destroyed) return;
    this.socket.setTimeout(this.options.idleMs);
    if (this.ending) this.socket.end();
    else this.socket.resume();
    this.watchFrame();
  }

  private async answer(event: DecoderEvent): Promise<void> {
    if (event.kind === 'too-much-junk') return this.close('too-much-junk');
    const answer =
      event.kind === 'frame'
        ? await this.options.handler(event.frame, this.peer)
        : await this.options.onFault(event, this.peer);
    if (answer && this.socket.writable) await this.write(encodeFrame(answer));
  }

  /** Waits for a peer that does not read its answers, for the idle time at most. */
  private async write(bytes: Buffer): Promise<void> {
    if (this.socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.close('answer-not-read'), this.options.idleMs);
      const done = (): void => {
        clearTimeout(timer);
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.once('drain', done).once('close', done);
    });
  }

  /** A frame must arrive whole in its time, counted from its first byte, while we read. */
  private watchFrame(): void {
    const current =
      this.decoder.insideFrame && !this.working && !this.socket.destroyed ? this.decoder.framesStarted : 0;
    if (current === this.timedFrame) return;
    clearTimeout(this.frameTimer);
    this.timedFrame = current;
    if (current !== 0) this.frameTimer = setTimeout(() => this.close('slow-frame'), this.options.frameMs);
  }

  private close(reason: MllpClosing, error?: unknown): void {
    if (this.socket.destroyed) return;
    this.options.onClosing(reason, this.peer, error);
    this.waiting.length = 0;
    this.socket.destroy();
  }
}
