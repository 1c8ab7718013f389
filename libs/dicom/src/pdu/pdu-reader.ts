import { decodePdu } from './decode-pdu.js';
import { type ControlPdu, PduType, type PdvFragment } from './pdu.js';
import { AbortCauses, PduError } from './pdu-error.js';
import { MAX_ASSOCIATE_LENGTH, MAX_DATA_PDU_LENGTH } from './pdu-limits.js';

export interface PduHandler {
  onPdu(pdu: ControlPdu): void;
  onFragment(fragment: PdvFragment): void;
}

type State = 'pdu head' | 'control body' | 'pdv head' | 'pdv';

const NOTHING = Buffer.alloc(0);

/**
 * Reads PDUs out of socket chunks of any size. Control PDUs are gathered and decoded; the values of P-DATA-TF are handed
 * on as slices of the chunk, never joined. Throws PduError: the connection is then of no use (PS3.8 §9.2, AA-8).
 */
export class PduReader {
  private state: State = 'pdu head';
  private readonly head = Buffer.alloc(6);
  private headLength = 0;
  private type = 0;
  /** Bytes left of the current PDU, and of its current PDV. */
  private pduLeft = 0;
  private pdvLeft = 0;
  private contextId = 0;
  private flags = 0;
  private body = NOTHING;
  private bodyLength = 0;
  private stopped = false;

  constructor(
    private readonly handler: PduHandler,
    private readonly maxDataLength = MAX_DATA_PDU_LENGTH,
  ) {}

  /** True between two PDUs: the only place where a connection may end. */
  get idle(): boolean {
    return this.state === 'pdu head' && this.headLength === 0;
  }

  /** Reads until the end, or until `stop`: the bytes not read are returned, to be pushed again. */
  push(chunk: Buffer): Buffer {
    let rest = chunk;
    this.stopped = false;
    while (rest.length > 0 && !this.stopped) {
      switch (this.state) {
        case 'pdu head':
          rest = this.readHead(rest, () => this.startPdu());
          break;
        case 'pdv head':
          rest = this.readHead(rest, () => this.startPdv());
          break;
        case 'control body':
          rest = this.readControlBody(rest);
          break;
        case 'pdv':
          rest = this.readPdv(rest);
          break;
      }
    }
    return rest;
  }

  /** Called by the handler: nothing more is handed on from this chunk. */
  stop(): void {
    this.stopped = true;
  }

  private readHead(chunk: Buffer, complete: () => void): Buffer {
    const taken = chunk.copy(this.head, this.headLength, 0, Math.min(chunk.length, 6 - this.headLength));
    this.headLength += taken;
    if (this.headLength === 6) {
      this.headLength = 0;
      complete();
    }
    return chunk.subarray(taken);
  }

  private startPdu(): void {
    this.type = this.head[0] ?? 0;
    this.pduLeft = this.head.readUInt32BE(2);
    if (this.type < PduType.AssociateRequest || this.type > PduType.Abort) {
      throw new PduError('malformed', `PDU type ${this.type} unknown`, AbortCauses.unrecognizedPdu);
    }
    if (this.pduLeft > this.longest()) throw new PduError('limit', `PDU of ${this.pduLeft} bytes`);
    if (this.type === PduType.Data) {
      this.nextPdv();
      return;
    }
    if (this.pduLeft < 4) throw new PduError('malformed', 'PDU too short');
    this.body = Buffer.allocUnsafe(this.pduLeft);
    this.bodyLength = 0;
    this.state = 'control body';
  }

  private longest(): number {
    if (this.type === PduType.Data) return this.maxDataLength;
    return this.type <= PduType.AssociateAccept ? MAX_ASSOCIATE_LENGTH : 64;
  }

  private readControlBody(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.body, this.bodyLength, 0, Math.min(chunk.length, this.pduLeft - this.bodyLength));
    this.bodyLength += taken;
    if (this.bodyLength === this.pduLeft) {
      const body = this.body;
      this.body = NOTHING;
      this.state = 'pdu head';
      this.handler.onPdu(decodePdu(this.type, body));
    }
    return chunk.subarray(taken);
  }

  private nextPdv(): void {
    if (this.pduLeft > 0 && this.pduLeft < 6) throw new PduError('malformed', 'truncated PDV');
    this.state = this.pduLeft === 0 ? 'pdu head' : 'pdv head';
  }

  private startPdv(): void {
    const length = this.head.readUInt32BE(0);
    if (length < 2 || length > this.pduLeft - 4) throw new PduError('malformed', 'PDV length out of its PDU');
    this.pdvLeft = length - 2;
    this.pduLeft -= 6;
    this.contextId = this.head[4] ?? 0;
    this.flags = this.head[5] ?? 0;
    this.state = 'pdv';
    // An empty value still ends its message.
    if (this.pdvLeft === 0) this.readPdv(NOTHING);
  }

  private readPdv(chunk: Buffer): Buffer {
    const bytes = chunk.subarray(0, this.pdvLeft);
    this.pdvLeft -= bytes.length;
    this.pduLeft -= bytes.length;
    const ended = this.pdvLeft === 0;
    if (ended) this.nextPdv();
    this.handler.onFragment({
      contextId: this.contextId,
      command: (this.flags & 1) !== 0,
      bytes,
      last: ended && (this.flags & 2) !== 0,
    });
    return chunk.subarray(bytes.length);
  }
}
