import type { InternalTls } from '@drimbox/service';
import { framesOf, type InternalPeer, outcome, startPeer, tempDir, TestCa } from '@drimbox/testing';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BridgeClient } from './bridge-client.js';
import { ObjectSource } from './object-source.js';

const MEBIBYTE = 1024 * 1024;
const OBJECT = { series: '1.2', sopInstance: '1.2.1', sopClass: '1.2.840.10008.5.1.4.1.1.2', transferSyntax: '1.2' };
const LARGE = { ...OBJECT, bytes: Buffer.alloc(40 * MEBIBYTE, 5) };
const WANTED = { study: '1', series: '1.2', purpose: 'viewer', flow: 'test', heads: false } as const;

const dir = tempDir();
let peer: InternalPeer;
let client: BridgeClient;
let requests = 0;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  const ca = new TestCa(join(dir, 'ca'));
  peer = await startPeer(ca.identity(join(dir, 'pacs-bridge'), 'pacs-bridge'), (_, response) => {
    requests += 1;
    answer(response);
  });
  const ours = ca.identity(join(dir, 'source-viewer'), 'source-viewer');
  const [anchors, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(join(ours, file)));
  const tls = { current: { ca: anchors, cert, key }, onChange: () => () => undefined } as unknown as InternalTls;
  client = new BridgeClient(tls, { url: peer.url, firstObjectSeconds: 5, silenceSeconds: 1.2 });
});
afterAll(async () => {
  await peer.close();
  await client.close();
});
beforeEach(() => {
  requests = 0;
});

const ask = (): ReturnType<BridgeClient['retrieve']> => client.retrieve('pacs', WANTED, new AbortController().signal);

/** Reads one object. @returns how many bytes it had, and what the end said. */
async function read(pause: () => Promise<void>): Promise<[bytes: number, outcome: string | undefined]> {
  const answered = await ask();
  if (!answered.ok) throw new Error(answered.failure.code);
  const source = new ObjectSource(answered.parts);
  const object = await source.next();
  let bytes = 0;
  for await (const chunk of object?.bytes ?? []) {
    if (bytes === 0) await pause();
    bytes += chunk.length;
  }
  await source.next();
  return [bytes, source.outcome?.outcome];
}

it('a reader that pauses for longer than silence is allowed goes on', async () => {
  answer = (response) => {
    response.writeHead(200);
    for (const frame of framesOf(LARGE)) response.write(frame);
    response.end(outcome(1));
  };
  expect(await read(() => sleep(3_000))).toEqual([LARGE.bytes.length, 'complete']);
});

it('a pacs-bridge that is silent for longer breaks off', async () => {
  answer = (response) => {
    response.writeHead(200);
    for (const frame of framesOf({ ...OBJECT, bytes: Buffer.alloc(100) }).slice(0, 2)) response.write(frame);
  };
  await expect(read(() => Promise.resolve())).rejects.toMatchObject({ code: 'DRIM-308' });
});

describe('a connection that is lost before the answer', () => {
  it('is no answer: asked once more', async () => {
    answer = (response) => {
      if (requests === 1) return void response.destroy();
      response.writeHead(200).end(Buffer.concat([...framesOf({ ...OBJECT, bytes: Buffer.alloc(100) }), outcome(1)]));
    };
    expect(await read(() => Promise.resolve())).toEqual([100, 'complete']);
    expect(requests).toBe(2);
  });

  it('twice is a pacs-bridge that is away', async () => {
    answer = (response) => void response.destroy();
    expect(await ask()).toMatchObject({ ok: false, failure: { code: 'DRIM-106' } });
    expect(requests).toBe(2);
  });
});
