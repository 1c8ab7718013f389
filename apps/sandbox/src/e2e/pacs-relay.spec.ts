import { eventually } from '@drimbox/testing';
import { createServer, type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PacsRelay } from './pacs-relay.js';

/** One value of a P-DATA-TF. @param control 3: the last of a command, 2: the last of a data set */
function dataPdu(control: number, content: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x04, 0);
  head.writeUInt32BE(content.length + 6, 2);
  head.writeUInt32BE(content.length + 2, 6);
  head.writeUInt8(1, 10);
  head.writeUInt8(control, 11);
  return Buffer.concat([head, content]);
}

/** Group length, a class that no test looks at, and Command Field. */
const command = (field: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 0, 4, 0, 0, 0, 40, 0, 0, 0]),
    Buffer.from([0, 0, 2, 0, 20, 0, 0, 0]),
    Buffer.from('1.2.840.10008.5.1.4\0'),
    Buffer.from([0, 0, 0, 1, 2, 0, 0, 0, field, 0]),
  ]);
const MOVE = dataPdu(3, command(0x21));

let pacs: Server;
let relay: PacsRelay;
let socket: Socket;
let received: number;

beforeEach(async () => {
  received = 0;
  pacs = createServer((one) => one.on('data', (chunk) => (received += chunk.length)).on('error', () => undefined));
  await new Promise<void>((resolve) => pacs.listen(0, '127.0.0.1', resolve));
  relay = await PacsRelay.start();
  relay.target = { host: '127.0.0.1', port: (pacs.address() as AddressInfo).port };
  socket = connect({ host: '127.0.0.1', port: relay.port, noDelay: true });
});
afterEach(async () => {
  socket.destroy();
  await relay.stop();
  await new Promise((resolve) => pacs.close(resolve));
});

/** What the PACS was asked, chunk by chunk. */
async function send(...chunks: readonly Buffer[]): Promise<number> {
  let sent = 0;
  for (const chunk of chunks) {
    socket.write(chunk);
    sent += chunk.length;
    await eventually(() => expect(received).toBe(sent));
    await sleep(1);
  }
  return relay.moves;
}

it('counts a C-MOVE wherever its PDU is cut in two', async () => {
  for (let at = 1; at < MOVE.length; at += 1) {
    relay.forget();
    received = 0;
    expect([at, await send(MOVE.subarray(0, at), MOVE.subarray(at))]).toEqual([at, 1]);
  }
});

it('counts two that come together', async () => expect(await send(Buffer.concat([MOVE, MOVE]))).toBe(2));

it('counts no other command, and nothing of a data set', async () => {
  expect(await send(dataPdu(3, command(0x20)), dataPdu(2, command(0x21)))).toBe(0);
});
