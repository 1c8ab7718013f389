import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MllpClient } from './client.js';
import { cleanUp, connectPeer, onTestEnd, startServer, turn } from './peer.fixture.js';

afterEach(cleanUp);

const sendTo = async (port: number, tls: object): Promise<string> => {
  const connected = await MllpClient.connect({ host: '127.0.0.1', port, tls: { servername: 'localhost', ...tls } });
  if (!connected.ok) return connected.failure.kind;
  onTestEnd(() => connected.value.close());
  const sent = await connected.value.send(Buffer.from('hello'), 5000);
  return sent.ok ? sent.value.toString() : sent.failure.kind;
};

describe('MLLP over TLS', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mllp-tls-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const selfSigned = (name: string): { cert: Buffer; key: Buffer } => {
    const [key, cert] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync(
      'openssl',
      [...args, '-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
      { stdio: 'ignore' },
    );
    return { cert: readFileSync(cert), key: readFileSync(key) };
  };
  const server1 = selfSigned('server1');
  const server2 = selfSigned('server2');
  const ris = selfSigned('ris');

  it('serves a client that trusts it, and takes a new certificate without a restart', async () => {
    const { server, port } = await startServer({ tls: server1 });
    expect(await sendTo(port, { ca: server1.cert })).toBe('ack hello');
    expect(await sendTo(port, { ca: server2.cert })).toBe('unreachable');
    server.setSecureContext(server2);
    expect(await sendTo(port, { ca: server2.cert })).toBe('ack hello');
  });

  it('refuses a client without the certificate asked for, and shows the certificate to the handler', async () => {
    const { port } = await startServer({
      tls: { ...server1, ca: ris.cert, requireClient: true },
      handler: (_frame, peer) => Promise.resolve(Buffer.from(`you are ${String(peer.certificate?.subject.CN)}`)),
    });
    expect(await sendTo(port, { ca: server1.cert, ...ris })).toBe('you are ris');
    expect(await sendTo(port, { ca: server1.cert })).toBe('closed');
    expect(await sendTo(port, { ca: server1.cert, ...server2 })).toBe('closed');
  });

  it('cuts a peer that never completes the handshake, without disturbing the others', async () => {
    const { server, port } = await startServer({ tls: server1, limits: { handshakeMs: 100 } });
    const { socket, closed } = await connectPeer(port);
    socket.write('GET / HTTP/1.0\r\n');
    await closed;
    const mute = await connectPeer(port);
    expect(await sendTo(port, { ca: server1.cert })).toBe('ack hello');
    await mute.closed;
    // Only the connection that spoke TLS is left; one that stayed would let the test run out of time.
    while (server.connectionCount > 1) await turn();
  });
});
