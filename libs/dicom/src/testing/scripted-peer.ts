import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Peer } from '../association/peer.js';
import { encodePdu } from '../pdu/encode-pdu.js';
import { type AssociateRequest, PduType } from '../pdu/pdu.js';
import { PduReader } from '../pdu/pdu-reader.js';

/** A peer that does as it is told: `script` gets the socket and the A-ASSOCIATE-RQ. */
export class ScriptedPeer {
  readonly sockets = new Set<net.Socket>();
  /** Bytes of commands received after the association request, joined. */
  received = '';
  private constructor(private readonly server: net.Server) {}

  static async listen(script: (socket: net.Socket, request: AssociateRequest) => void): Promise<ScriptedPeer> {
    const server = net.createServer({ noDelay: true });
    const peer = new ScriptedPeer(server);
    server.on('connection', (socket) => {
      peer.sockets.add(socket);
      socket.on('close', () => peer.sockets.delete(socket)).on('error', () => undefined);
      const reader = new PduReader({
        onPdu: (pdu) => {
          if (pdu.type === PduType.AssociateRequest) script(socket, pdu);
          if (pdu.type === PduType.ReleaseRequest) socket.end(encodePdu({ type: PduType.ReleaseReply }));
          peer.received += ` pdu${pdu.type}`;
        },
        onFragment: ({ command, bytes }) =>
          (peer.received += command ? ` command${bytes.readUInt16LE(bytes.indexOf(FIELD) + 8)}` : ''),
      });
      socket.on('data', (chunk) => reader.push(chunk));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    return peer;
  }

  get peer(): Peer {
    const { port } = this.server.address() as net.AddressInfo;
    return {
      host: '127.0.0.1',
      port,
      calledAe: 'PACS',
      callingAe: 'DRIMBOX',
      timers: { associate: 600, answer: 600, release: 600, connect: 2_000 },
    };
  }

  /** Resolves when no socket is left open on this side: a client that leaks one fails the test. */
  async emptied(): Promise<void> {
    for (let wait = 0; wait < 60 && this.sockets.size > 0; wait += 1) await delay(50);
    expect(this.sockets.size).toBe(0);
  }

  /** Closes the listener; the sockets must be gone already, that is what the tests check. */
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Tag (0000,0100) as encoded. */
const FIELD = Buffer.of(0, 0, 0, 1);

/** Accepts every context with its first transfer syntax. */
export const accept = (socket: net.Socket, request: AssociateRequest): void => {
  const contexts = request.contexts.map(({ id, transferSyntaxes: [first = ''] }) => ({
    id,
    result: 0 as const,
    transferSyntax: first,
  }));
  socket.write(encodePdu({ ...request, type: PduType.AssociateAccept, contexts }));
};
