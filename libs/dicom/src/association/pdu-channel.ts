import type { Socket } from 'node:net';
import { encodePdu } from '../pdu/encode-pdu.js';
import { type ControlPdu, PduType, type PdvFragment } from '../pdu/pdu.js';
import { PduError } from '../pdu/pdu-error.js';
import { PduReader } from '../pdu/pdu-reader.js';
import { abortText } from '../pdu/reasons.js';
import type { PeerFailure } from '../peer-failure.js';

/** Source and reason of an A-ABORT we send (PS3.8 Table 9-26). */
export const ABORT_BY_USER = { source: 0, reason: 0 } as const;
export const ABORT_UNEXPECTED_PDU = { source: 2, reason: 2 } as const;
const ABORT_INVALID_PDU = { source: 2, reason: 6 } as const;

/** How long a peer may take to read our last PDU before the socket is destroyed. */
const LINGER = 1_000;

/** Called while reading; a PduError thrown by the first two ends the connection as malformed. */
export interface ChannelHandler {
  onPdu(pdu: ControlPdu): void;
  onFragment(fragment: PdvFragment): void;
  /** Once, whoever ended it; nothing is called after it. */
  onEnd(failure: PeerFailure): void;
}

/** PDUs over one socket, either side: reads, writes, and never leaves the socket open behind it. */
export class PduChannel {
  private ended = false;
  private readonly reader: PduReader;

  constructor(
    private readonly socket: Socket,
    private readonly handler: ChannelHandler,
  ) {
    this.reader = new PduReader({
      onPdu: (pdu) => this.receive(pdu),
      onFragment: (fragment) => !this.ended && handler.onFragment(fragment),
    });
    socket.on('data', (chunk) => this.read(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.end({ kind: 'unreachable', detail: `connection lost: ${error.code ?? 'error'}` }),
    );
    socket.on('close', () => this.end({ kind: 'unreachable', detail: this.closedWhere() }));
  }

  get isOpen(): boolean {
    return !this.ended;
  }

  send(pdu: ControlPdu): void {
    if (!this.ended) this.socket.write(encodePdu(pdu));
  }

  /** Writes encoded P-DATA-TF PDUs in one go; false asks to wait for `drain` (back-pressure). */
  sendData(parts: readonly Buffer[]): boolean {
    if (this.ended) return true;
    this.socket.cork();
    const flowing = parts.map((part) => this.socket.write(part)).every(Boolean);
    this.socket.uncork();
    return flowing;
  }

  /** Stops and resumes reading, so that a peer faster than us waits. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Sends A-ABORT and closes. */
  abort(why: { readonly source: number; readonly reason: number }, failure: PeerFailure): void {
    this.send({ type: PduType.Abort, ...why });
    this.end(failure);
  }

  /** Closes once what was written has left; idempotent. */
  end(failure: PeerFailure): void {
    if (this.ended) return;
    this.ended = true;
    this.socket.destroySoon();
    // Reading on lets the peer's last bytes drain instead of answering them with a reset.
    this.socket.resume();
    const linger = setTimeout(() => this.socket.destroy(), LINGER);
    this.socket.once('close', () => clearTimeout(linger));
    if (this.socket.destroyed) clearTimeout(linger);
    this.handler.onEnd(failure);
  }

  private read(chunk: Buffer): void {
    if (this.ended) return;
    try {
      this.reader.push(chunk);
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      this.abort(ABORT_INVALID_PDU, { kind: error.kind, detail: error.message });
    }
  }

  private receive(pdu: ControlPdu): void {
    if (this.ended) return;
    if (pdu.type === PduType.Abort) this.end({ kind: 'aborted', detail: abortText(pdu) });
    else this.handler.onPdu(pdu);
  }

  private closedWhere(): string {
    return this.reader.idle ? 'connection closed by the peer' : 'connection closed by the peer in the middle of a PDU';
  }
}
