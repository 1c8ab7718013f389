import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { download } from './download.js';

let server: Server;
let url: string;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const LIMITS = { timeoutSeconds: 5, maxBytes: 1000 };

it('brings the bytes and their tag', async () => {
  answer = (response) => response.setHeader('etag', '"1"').end('hello');
  expect(await download(url, LIMITS)).toEqual({ outcome: 'body', bytes: Buffer.from('hello'), etag: '"1"' });
});

it('hears that nothing changed only when it asked so', async () => {
  answer = (response) => response.writeHead(304).end();
  expect(await download(url, { ...LIMITS, etag: '"1"' })).toEqual({ outcome: 'not-modified' });
  expect(await download(url, LIMITS)).toEqual({ outcome: 'unreachable', detail: 'status 304' });
});

it('stops at its limits', async () => {
  answer = (response) => response.end(Buffer.alloc(1001));
  expect(await download(url, LIMITS)).toEqual({ outcome: 'too-large' });
  answer = () => undefined;
  expect(await download(url, { ...LIMITS, timeoutSeconds: 0.1 })).toMatchObject({ outcome: 'unreachable' });
});

it('follows no redirect, takes no coding, and says what failed', async () => {
  answer = (response) => response.writeHead(302, { location: url }).end();
  expect(await download(url, LIMITS)).toEqual({ outcome: 'unreachable', detail: 'status 302' });
  answer = (response) => response.setHeader('content-encoding', 'gzip').end('hello');
  expect(await download(url, LIMITS)).toEqual({ outcome: 'unreachable', detail: 'a content coding' });
  answer = (response) => response.socket?.destroy();
  expect(await download(url, LIMITS)).toMatchObject({ outcome: 'unreachable' });
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.socket?.destroy(), 20);
  };
  expect(await download(url, LIMITS)).toMatchObject({ outcome: 'unreachable' });
});
