import type { Socket } from 'node:net';
import { encodePdu } from '../pdu/encode-pdu.js';
import { type ControlPdu, PduType, type PdvFragment } from '../pdu/pdu.js';
import { type AbortCause, PduError } from '../pdu/pdu-error.js';
import { PduReader } from '../pdu/pdu-reader.js';
import { abortText } from '../pdu/reasons.js';
import type { PeerFailure } from '../peer-failure.js';

/** How long a peer may take to read our last PDU and to close before the socket is destroyed: what ARTIM is for (PS3.8 §9.1.5). */
const LINGER = 1_000;
/** What a peer may still send meanwhile: reading it lets our last PDU arrive instead of a reset. */
const MAX_DISCARDED = 4 * 1024 * 1024;

/** Called while reading; a PduError thrown by the first two ends the connection as malformed. */
export interface ChannelHandler {
  onPdu(pdu: ControlPdu): void;
  onFragment(fragment: PdvFragment): void;
  /** Once, whoever ended it; nothing is called after it. */
  onEnd(failure: PeerFailure): void;
}

/** Who keeps a channel from reading: messages not yet taken, an object whose sink is full, answers the peer does not read. */
export type Holder = 'messages' | 'object' | 'answers';

/** PDUs over one socket, either side: reads, writes, and never leaves the socket open behind it. */
export class PduChannel {
  private ended = false;
  private readonly reader: PduReader;
  private readonly holders = new Set<Holder>();
  /** Bytes received before a hold and not yet read. */
  private unread: Buffer | undefined;
  private reading = false;
  private discarded = 0;
  /** `performance.now()` of the last bytes received. */
  lastSign = performance.now();

  constructor(
    private readonly socket: Socket,
    private readonly handler: ChannelHandler,
  ) {
    this.reader = new PduReader({
      onPdu: (pdu) => this.receive(pdu),
      onFragment: (fragment) => handler.onFragment(fragment),
    });
    socket.on('data', (chunk) => this.onData(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.end({ kind: 'unreachable', detail: `connection lost: ${error.code ?? 'error'}` }),
    );
    socket.on('close', () => this.end({ kind: 'unreachable', detail: this.closedWhere() }));
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  /** True while the peer is silent because we do not read it. */
  get waitsForUs(): boolean {
    return this.holders.has('messages') || this.holders.has('object');
  }

  send(pdu: ControlPdu): void {
    if (!this.ended) this.socket.write(encodePdu(pdu));
  }

  /** Writes encoded P-DATA-TF PDUs in one go; false asks to wait for `drained` (back-pressure). */
  sendData(parts: readonly Buffer[]): boolean {
    if (this.ended) return true;
    this.socket.cork();
    for (const part of parts) this.socket.write(part);
    this.socket.uncork();
    return !this.socket.writableNeedDrain;
  }

  /** Once the peer has taken what was written: true; false when the channel ended, or after `limit` ms. */
  drained(limit: number): Promise<boolean> {
    if (this.ended || !this.socket.writableNeedDrain) return Promise.resolve(!this.ended);
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.socket.off('drain', settle).off('close', settle);
        resolve(!this.ended && !this.socket.writableNeedDrain);
      };
      const timer = setTimeout(settle, limit);
      this.socket.once('drain', settle).once('close', settle);
    });
  }

  /** Nothing is handed on, from the byte after this call, until every holder has let go: a peer faster than us waits. */
  hold(holder: Holder): void {
    if (this.ended) return;
    this.holders.add(holder);
    this.reader.stop();
    this.socket.pause();
  }

  release(holder: Holder): void {
    if (!this.holders.delete(holder) || this.isHeld || this.ended) return;
    this.lastSign = performance.now(); // its time runs from here on
    const { unread } = this;
    this.unread = undefined;
    // From within the handler, the loop that called it goes on by itself.
    if (unread && !this.reading) this.read(unread);
    if (!this.isHeld && this.isOpen) this.socket.resume();
  }

  /** Sends A-ABORT and closes. */
  abort(cause: AbortCause, failure: PeerFailure): void {
    this.send({ type: PduType.Abort, ...cause });
    this.end(failure);
  }

  /** Closes once what was written has left; idempotent. */
  end(failure: PeerFailure): void {
    if (this.ended) return;
    this.ended = true;
    this.unread = undefined;
    this.reader.stop();
    // The peer closes once it has read our last PDU (PS3.8 Sta13); bytes still under way are not answered with a reset.
    this.socket.end();
    this.socket.resume();
    const linger = setTimeout(() => this.socket.destroy(), LINGER);
    this.socket.once('close', () => clearTimeout(linger));
    if (this.socket.destroyed) clearTimeout(linger);
    this.handler.onEnd(failure);
  }

  private get isHeld(): boolean {
    return this.holders.size > 0;
  }

  private onData(chunk: Buffer): void {
    if (this.ended) {
      this.discarded += chunk.length;
      if (this.discarded > MAX_DISCARDED) this.socket.destroy();
      return;
    }
    this.lastSign = performance.now();
    if (this.isHeld) this.unread = this.unread ? Buffer.concat([this.unread, chunk]) : chunk;
    else this.read(chunk);
  }

  private read(chunk: Buffer): void {
    let rest = chunk;
    this.reading = true;
    try {
      while (rest.length > 0 && !this.isHeld && !this.ended) rest = this.reader.push(rest);
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      this.abort(error.abortCause, { kind: error.kind, detail: error.message });
      return;
    } finally {
      this.reading = false;
    }
    if (rest.length > 0 && !this.ended) this.unread = rest;
  }

  private receive(pdu: ControlPdu): void {
    if (pdu.type === PduType.Abort) this.end({ kind: 'aborted', detail: abortText(pdu) });
    else this.handler.onPdu(pdu);
  }

  private closedWhere(): string {
    return this.reader.idle ? 'connection closed by the peer' : 'connection closed by the peer in the middle of a PDU';
  }
}
