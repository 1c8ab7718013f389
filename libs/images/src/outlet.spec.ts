import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Outlet, type OutletClosed } from './outlet.js';

const MEBIBYTE = 1024 * 1024;

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An answer on its way and its reader, who takes nothing until it is told to. */
async function given(
  stallMilliseconds: number,
): Promise<{ outlet: Outlet; response: ServerResponse; reader: IncomingMessage }> {
  const answering = new Promise<ServerResponse>((resolve) => {
    server = createServer((_, response) => resolve(response));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server!.address() as AddressInfo;
  const reading = new Promise<IncomingMessage>((resolve) => {
    request({ port, host: '127.0.0.1', agent: false }, resolve).end();
  });
  const response = await answering;
  const outlet = new Outlet(response, stallMilliseconds);
  outlet.begin('application/octet-stream');
  await outlet.send([Buffer.from('begun')]);
  const reader = await reading;
  reader.on('error', () => undefined);
  return { outlet, response, reader };
}

const closedBy = (work: Promise<unknown>): Promise<OutletClosed> =>
  work.then(
    () => Promise.reject(new Error('it was not closed')),
    (error: unknown) => error as OutletClosed,
  );

/** Sends the same piece again and again. */
async function send(outlet: Outlet, piece: Buffer, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await outlet.send([piece]);
}

it.each([
  ['small pieces', 1_000],
  ['pieces of 16 kB', 16_384],
  ['large pieces', 20 * MEBIBYTE],
])('a reader who takes nothing holds up %s, little of them waits in memory, and it is cut', async (_, length) => {
  const { outlet, reader } = await given(300);
  const closed = await closedBy(send(outlet, Buffer.alloc(length), (64 * MEBIBYTE) / length));
  expect([closed.outcome, closed.code]).toEqual(['failed', 'DRIM-312']);
  // What the system takes for a socket is the system's.
  expect(outlet.bytes).toBeLessThan(16 * MEBIBYTE);
  expect(reader.complete).toBe(false);
});

it('one who takes nothing of the very end is cut too', async () => {
  const { outlet, response } = await given(300);
  response.write(Buffer.alloc(32 * MEBIBYTE));
  expect(await closedBy(outlet.finish())).toMatchObject({ outcome: 'failed', code: 'DRIM-312' });
});

it('one who takes a little at a time is not, however long a piece takes', async () => {
  const { outlet, reader } = await given(1_000);
  const piece = Buffer.alloc(48 * MEBIBYTE, 7);
  const sending = outlet.send([piece]).then(() => outlet.finish());
  let taken = 0;
  for await (const chunk of reader as AsyncIterable<Buffer>) {
    taken += chunk.length;
    // Two mebibytes in a tenth of a second: all of it takes more than twice the limit.
    if (taken % (2 * MEBIBYTE) < chunk.length) await sleep(100);
  }
  await sending;
  expect(taken).toBe(piece.length + 'begun'.length);
  expect(reader.complete).toBe(true);
});

it('one who paused for less than the limit goes on, and has everything in order', async () => {
  const { outlet, reader } = await given(5_000);
  const pieces = Array.from({ length: 40 }, (_, n) => Buffer.alloc(n % 2 === 0 ? 700_000 : 900, n));
  const sending = (async () => {
    for (const piece of pieces) await outlet.send([piece.subarray(0, 10), piece.subarray(10)]);
    await outlet.finish();
  })();
  await sleep(500);
  const chunks: Buffer[] = [];
  for await (const chunk of reader as AsyncIterable<Buffer>) chunks.push(chunk);
  await sending;
  expect(Buffer.concat(chunks).equals(Buffer.concat([Buffer.from('begun'), ...pieces]))).toBe(true);
});

it('one who goes ends it as cancelled', async () => {
  const { outlet, reader } = await given(5_000);
  const sending = closedBy(send(outlet, Buffer.alloc(MEBIBYTE), 64));
  reader.destroy();
  expect(await sending).toMatchObject({ outcome: 'cancelled', code: 'DRIM-315' });
});
