import { createServer, type AddressInfo, connect, type Socket } from 'node:net';

const P_DATA = 4;
/** Head of a PDU, and of the first presentation data value in it (PS3.8 §9.3.5). */
const HEAD_BYTES = 12;
const PDU_HEAD_BYTES = 6;

/**
 * A wire between the PACS and the C-STORE SCP of pacs-bridge that notes when the first byte of an object passed, and how
 * many associations were opened. Used where that is asked, never where a rate is measured.
 */
export class FirstBytesRelay {
  /** `performance.now()` of the first bytes of a data set since `forget`. */
  firstAt: number | undefined;
  associations = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly target: number) {}

  static async start(target: number): Promise<FirstBytesRelay> {
    const relay = new FirstBytesRelay(target);
    await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  private readonly server = createServer({ noDelay: true }, (socket) => this.join(socket));

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  forget(): void {
    this.firstAt = undefined;
    this.associations = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(pacs: Socket): void {
    this.associations += 1;
    const ours = connect({ host: '127.0.0.1', port: this.target, noDelay: true });
    for (const [one, other] of [
      [pacs, ours],
      [ours, pacs],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => other.destroy());
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
    ours.pipe(pacs);
    const holdsData = dataPdus();
    pacs.on('data', (chunk: Buffer) => {
      if (holdsData(chunk)) this.firstAt ??= performance.now();
    });
    pacs.pipe(ours);
  }
}

/** Cuts a stream into PDUs: does this chunk hold the beginning of a P-DATA-TF of a data set? */
function dataPdus(): (chunk: Buffer) => boolean {
  let head = Buffer.alloc(0);
  let body = 0;
  return (chunk) => {
    let found = false;
    for (let at = 0; at < chunk.length;) {
      if (body > 0) {
        const skipped = Math.min(body, chunk.length - at);
        body -= skipped;
        at += skipped;
        continue;
      }
      const wanted = head.length > 0 && head[0] !== P_DATA ? PDU_HEAD_BYTES : HEAD_BYTES;
      const part = chunk.subarray(
        at,
        at + (head.length === 0 && chunk[at] !== P_DATA ? PDU_HEAD_BYTES : wanted) - head.length,
      );
      head = Buffer.concat([head, part]);
      at += part.length;
      const whole = head[0] === P_DATA ? HEAD_BYTES : PDU_HEAD_BYTES;
      if (head.length < whole) continue;
      body = head.readUInt32BE(2) - (whole - PDU_HEAD_BYTES);
      // Bit 0 of the message control header: 0 is a data set, 1 a command (PS3.8 Annex E.2).
      if (head[0] === P_DATA && ((head[11] ?? 0) & 1) === 0) found = true;
      head = Buffer.alloc(0);
    }
    return found;
  };
}
