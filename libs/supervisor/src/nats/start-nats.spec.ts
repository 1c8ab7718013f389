import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as secure } from 'node:tls';
import { fromSeed } from '@nats-io/nkeys';
import { createNkey, type Nkey } from './nkey.js';
import { type NatsServer, startNats } from './start-nats.js';

/** The NATS client protocol by hand, one line at a time (docs.nats.io, reference/nats-protocol). */
class Client {
  private text = '';

  constructor(private socket: Socket) {
    this.listen();
  }

  static open(port: number): Promise<Client> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port }, () => resolve(new Client(socket)));
      socket.once('error', reject);
    });
  }

  upgrade(ca: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.removeAllListeners();
      this.socket = secure({ socket: this.socket, ca: readFileSync(ca), servername: 'localhost' }, resolve);
      this.socket.once('error', reject);
      this.listen();
    });
  }

  send(...lines: string[]): void {
    this.socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  async line(wanted: RegExp): Promise<string> {
    for (;;) {
      const found = this.text.split('\r\n').find((line) => wanted.test(line));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private listen(): void {
    this.socket.setEncoding('utf8');
    this.socket.on('data', (chunk: string) => (this.text += chunk));
    this.socket.on('error', () => undefined);
  }
}

async function request(port: number, subject: string, payload = ''): Promise<string> {
  const client = await Client.open(port);
  client.send('CONNECT {"verbose":false}', 'SUB inbox 1', `PUB ${subject} inbox ${payload.length}`, payload);
  try {
    return await client.line(/^\{/);
  } finally {
    client.close();
  }
}

describe('startNats', () => {
  let dir: string;
  let server: NatsServer | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'drimbox-nats-'));
  });
  afterEach(async () => {
    await server?.kill9();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps its streams over kill9, and forgets them with its store', async () => {
    const nats = await startNats({ dir, monitoring: true });
    server = nats;
    await request(nats.port, '$JS.API.STREAM.CREATE.FACTS', JSON.stringify({ name: 'FACTS', subjects: ['facts.>'] }));
    await nats.kill9();
    await nats.restart();
    expect(await request(nats.port, '$JS.API.STREAM.NAMES')).toContain('"streams":["FACTS"]');
    expect(await (await fetch(`${nats.monitoringUrl}/jsz`)).json()).toMatchObject({ streams: 1 });

    expect(() => nats.deleteStore()).toThrow('stop nats-server');
    await nats.stop();
    nats.deleteStore();
    await nats.restart();
    expect(await request(nats.port, '$JS.API.STREAM.NAMES')).toContain('"streams":null');
  });

  it('asks for TLS and an nkey, and holds a user to its subjects', async () => {
    const cert = join(dir, 'cert.pem');
    const key = join(dir, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const openssl = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...subject];
    expect(spawnSync('openssl', [...openssl, '-keyout', key, '-out', cert]).status).toBe(0);
    const known = createNkey();
    const permissions = { publish: ['drim.evt.report.>'], subscribe: ['_INBOX_hl7.>'] };
    const users = [{ name: 'hl7-ingest', publicKey: known.publicKey, permissions }];
    const nats = await startNats({ dir, tls: { ca: cert, cert, key }, users });
    server = nats;
    expect(nats.url).toBe(`tls://127.0.0.1:${nats.port}`);

    const login = async (nkey: Nkey): Promise<Client> => {
      const client = await Client.open(nats.port);
      const info = JSON.parse((await client.line(/^INFO /)).slice('INFO '.length)) as Record<string, unknown>;
      expect(info).toMatchObject({ tls_required: true, auth_required: true, jetstream: true });
      await client.upgrade(cert);
      const signature = fromSeed(new TextEncoder().encode(nkey.seed)).sign(Buffer.from(String(info['nonce'])));
      const credentials = { nkey: nkey.publicKey, sig: Buffer.from(signature).toString('base64url') };
      client.send(`CONNECT ${JSON.stringify({ verbose: false, ...credentials })}`, 'PING');
      return client;
    };

    const stranger = await login(createNkey());
    expect(await stranger.line(/^-ERR/)).toContain('Authorization Violation');
    stranger.close();

    const service = await login(known);
    await service.line(/^PONG/);
    service.send('PUB drim.evt.report.received 2', 'ok', 'PUB drim.evt.kos.published 2', 'no', 'SUB drim.> 1');
    expect(await service.line(/^-ERR.*Publish/)).toContain('drim.evt.kos.published');
    expect(await service.line(/^-ERR.*Subscription/)).toContain('drim.>');
    service.close();
  });
});
