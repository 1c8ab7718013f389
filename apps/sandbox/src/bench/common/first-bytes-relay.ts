import { createServer, type AddressInfo, connect, type Socket } from 'node:net';
import { type PduStart, pduStarts } from '../../pacs/pdu-starts.js';

const P_DATA = 4;
/** Head of the first presentation data value of a PDU (PS3.8 §9.3.5). */
const VALUE_HEAD_BYTES = 6;

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
    const starts = pduStarts(VALUE_HEAD_BYTES);
    pacs.on('data', (chunk: Buffer) => {
      if (starts(chunk).some(holdsData)) this.firstAt ??= performance.now();
    });
    pacs.pipe(ours);
  }
}

/** Bit 0 of the message control header: 0 is a data set, 1 a command (PS3.8 Annex E.2). */
const holdsData = ({ type, start }: PduStart): boolean => type === P_DATA && ((start[5] ?? 1) & 1) === 0;
