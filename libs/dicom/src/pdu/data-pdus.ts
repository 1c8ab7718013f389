import { dataHead, fragmentRoom } from './encode-pdu.js';

/**
 * Cuts a data set that comes in chunks of any size into P-DATA-TF PDUs, each full but the last, which alone says that it
 * is. Nothing is copied: what a call returns refers to the chunks.
 */
export class DataPdus {
  private readonly room: number;
  private parts: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly contextId: number,
    peerMaxLength: number,
    ours: number,
  ) {
    this.room = fragmentRoom(peerMaxLength, ours);
  }

  /** The PDUs that are full and known not to be the last: one list of buffers each. */
  *push(chunk: Buffer): Generator<Buffer[]> {
    let rest = chunk;
    while (this.length + rest.length > this.room) {
      const taken = this.room - this.length;
      yield this.pdu([...this.parts, rest.subarray(0, taken)], this.room, false);
      this.parts = [];
      this.length = 0;
      rest = rest.subarray(taken);
    }
    if (rest.length > 0) this.parts.push(rest);
    this.length += rest.length;
  }

  end(): Buffer[] {
    return this.pdu(this.parts, this.length, true);
  }

  private pdu(parts: Buffer[], length: number, last: boolean): Buffer[] {
    return [dataHead(this.contextId, length, { command: false, last }), ...parts];
  }
}
