import { createServer, type AddressInfo, connect, type Socket } from 'node:net';
import { type PduStart, pduStarts } from '../pacs/pdu-starts.js';

/**
 * `pass`: a wire. `silent`: takes the connection and never answers. `cut`: ends both sides at the PACS's first bytes.
 */
export type RelayMode = 'pass' | 'silent' | 'cut';

/** PDU types by which a PACS ends an association (PS3.8 §9.3): A-ASSOCIATE-RJ, A-RELEASE-RP, A-ABORT. */
const ENDINGS = new Set([0x03, 0x06, 0x07]);
const P_DATA = 0x04;
/** A command set in one piece, and the head of the value that holds it (PS3.8 §9.3.5). */
const COMMAND_BYTES = 1024;
/** Command Field (0000,0100) of a C-MOVE-RQ, in the implicit VR of command sets (PS3.7 §9.3.4). */
const MOVE_REQUEST = Buffer.from([0, 0, 0, 1, 2, 0, 0, 0, 0x21, 0]);

/** A TCP relay in front of a PACS: counts associations, and breaks them on demand. */
export class PacsRelay {
  mode: RelayMode = 'pass';
  target = { host: '127.0.0.1', port: 0 };
  /** Associations begun, and the most that were open at once, since `forget`. */
  total = 0;
  most = 0;
  /** C-MOVEs asked since `forget`. */
  moves = 0;
  private readonly associations = new Set<Socket>();
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.accept(socket));

  static async start(): Promise<PacsRelay> {
    const relay = new PacsRelay();
    await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Associations open now: from the connection to the PACS's last word, or the end of the connection. */
  get open(): number {
    return this.associations.size;
  }

  forget(): void {
    this.total = 0;
    this.moves = 0;
    this.most = this.open;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    this.associations.add(socket);
    this.total += 1;
    this.most = Math.max(this.most, this.open);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.associations.delete(socket);
    });
    if (this.mode === 'silent') socket.resume();
    else this.join(socket);
  }

  private join(socket: Socket): void {
    const pacs = connect(this.target);
    pacs.setNoDelay(true);
    pacs.on('error', () => socket.destroy());
    pacs.once('close', () => socket.end());
    socket.once('close', () => pacs.destroy());
    socket.pipe(pacs);
    const asked = pduStarts(COMMAND_BYTES);
    socket.on('data', (chunk: Buffer) => {
      this.moves += asked(chunk).filter(isMoveRequest).length;
    });
    const answered = pduStarts(0);
    pacs.on('data', (chunk: Buffer) => {
      if (this.mode === 'cut') socket.destroy();
      // Before it is passed on: the next association may begin as soon as this one has heard its end.
      else if (answered(chunk).some(({ type }) => ENDINGS.has(type))) this.associations.delete(socket);
      socket.write(chunk);
    });
  }
}

/** Bit 0 of the message control header: a command, no data set (PS3.8 Annex E.2). */
const isMoveRequest = ({ type, start }: PduStart): boolean =>
  type === P_DATA && ((start[5] ?? 0) & 1) === 1 && start.includes(MOVE_REQUEST);
