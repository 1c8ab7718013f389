import { eventually, tempDir } from '@drimbox/testing';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { ask } from '../testing/ask.for-spec.js';
import { type Pair, TestIgc } from '../testing/igc.for-spec.js';
import { DB1, DB2, KOS, PATH, PEER, SERIES, STUDY, World } from '../testing/world.for-spec.js';

const dir = tempDir();
const world = new World(dir);
let otherIgc: TestIgc;
beforeAll(async () => {
  await world.start();
  otherIgc = new TestIgc(join(dir, 'other-igc'), 'TEST AUTRE');
});
afterAll(() => world.stop());

const port = (): number => world.gateway.ports['wado'] ?? 0;
const codeOf = (answer: { body: Buffer }): string =>
  (JSON.parse(answer.body.toString('utf8')) as { code: string }).code;
const LIST = (): { db: string; dn: string }[] => [{ db: PEER, dn: world.peer.dn }];

describe('a certificate that says nothing good', () => {
  it.each<[string, () => Pair | undefined, number, string]>([
    ['none', () => undefined, 403, 'DRIM-701'],
    ['of another authority, with the listed name', () => otherIgc.servSsl(PEER), 403, 'DRIM-701'],
    ['of a server that is no client', () => world.igc.servSsl(PEER, 'serverAuth'), 403, 'DRIM-701'],
    ['good, but not listed', () => world.igc.servSsl('db8.990.mesimagesmedicales.fr'), 403, 'DRIM-703'],
  ])('%s', async (_, pair, status, code) => {
    const introspected = world.psc.introspections;
    const answer = await world.ask({ pair: pair() });
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.headers.connection).toBe('close');
    // A stranger costs Pro Santé Connect nothing.
    expect(world.psc.introspections).toBe(introspected);
  });

  it('a revoked one is refused on the very connection on which it was served', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const revoked = world.igc.servSsl('db9.990.mesimagesmedicales.fr');
    world.setList([...LIST(), { db: 'db9.990.mesimagesmedicales.fr', dn: revoked.dn }]);
    await world.publishTrust();
    expect((await world.ask({ pair: revoked, agent })).status).toBe(200);
    world.igc.revoke(revoked);
    world.setRevocations();
    await world.publishTrust();
    await eventually(async () => {
      const answer = await world.ask({ pair: revoked, agent });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'DRIM-702']);
    });
    agent.destroy();
    expect((await world.ask()).status).toBe(200);
  });

  it('one that leaves the list is refused on the very connection on which it was served', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await world.ask({ agent })).status).toBe(200);
    world.setList([]);
    await world.publishTrust();
    await eventually(async () => expect(codeOf(await world.ask({ agent }))).toBe('DRIM-703'));
    agent.destroy();
    world.setList(LIST());
    await world.publishTrust();
    await eventually(async () => expect((await world.ask()).status).toBe(200));
  });

  it('without a fresh revocation list nobody is let in, and is told to come back', async () => {
    const crls = world.revocations.lists.map(({ der }) => der);
    world.setRevocations([]);
    await world.publishTrust();
    await eventually(async () => {
      const answer = await world.ask();
      expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'DRIM-717', '60']);
    });
    world.setRevocations(crls);
    await world.publishTrust();
    await eventually(async () => expect((await world.ask()).status).toBe(200));
  });

  it('a white list past its day lists nobody', async () => {
    world.setList(LIST(), { usableUntil: new Date(Date.now() - 1000).toISOString() });
    await world.publishTrust();
    await eventually(async () => {
      const answer = await world.ask();
      expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'DRIM-700', '60']);
    });
    world.setList(LIST());
    await world.publishTrust();
    await eventually(async () => expect((await world.ask()).status).toBe(200));
  });
});

describe('forged words', () => {
  const pem = (): string => encodeURIComponent(world.peer.cert);
  it.each<[string, () => Record<string, string>]>([
    ['ssl-client-cert', () => ({ 'ssl-client-cert': pem(), 'ssl-client-verify': 'SUCCESS' })],
    ['ssl-client-subject-dn', () => ({ 'ssl-client-subject-dn': world.peer.dn })],
    ['x-ssl-client', () => ({ 'x-ssl-client-s-dn': world.peer.dn, 'x-ssl-client-verify': '0' })],
    ['x-forwarded-tls-client-cert', () => ({ 'x-forwarded-tls-client-cert': pem() })],
    ['x-forwarded-client-cert', () => ({ 'x-forwarded-client-cert': `Cert="${pem()}";Subject="${world.peer.dn}"` })],
  ])('%s stands for no certificate, and takes none away', async (_, forged) => {
    const headers = { ...world.headers(), ...forged() };
    expect(codeOf(await world.ask({ pair: undefined, headers }))).toBe('DRIM-701');
    expect((await world.ask({ headers })).status).toBe(200);
  });

  it('x-forwarded-host is no name', async () => {
    const headers = { ...world.headers(), 'x-forwarded-host': DB1, forwarded: `host=${DB1}` };
    const answer = await world.ask({ host: DB2, headers });
    expect([answer.status, codeOf(answer)]).toEqual([421, 'DRIM-716']);
  });
});

describe('names', () => {
  it('Host must be the name of the handshake', async () => {
    for (const host of [DB2, 'localhost', '']) expect((await world.ask({ host })).status).not.toBe(200);
    expect((await world.ask({ host: `${DB1.toUpperCase()}:443` })).status).toBe(200);
  });

  it('a name that is not served ends in the handshake, and so does none', async () => {
    await expect(world.ask({ sni: 'vi1.990.mesimagesmedicales.fr' })).rejects.toThrow();
    await expect(world.ask({ sni: '', host: DB1 })).rejects.toThrow();
  });

  it('each name shows its own certificate', async () => {
    const names = await Promise.all(
      [DB1, DB2].map(async (servername) => {
        const socket = await opened({ servername });
        const { CN } = socket.getPeerCertificate().subject;
        socket.destroy();
        return CN;
      }),
    );
    expect(names).toEqual([DB1, DB2]);
  });
});

describe('TLS', () => {
  it.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (maxVersion) => {
    await expect(opened({ minVersion: 'TLSv1', maxVersion, ciphers: 'ALL:@SECLEVEL=0' })).rejects.toThrow();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: no session comes back without its certificate', async (version) => {
    const first = await opened({
      minVersion: version,
      maxVersion: version,
      cert: world.peer.cert,
      key: world.peer.key,
    });
    const sessions: Buffer[] = [];
    first.on('session', (session: Buffer) => sessions.push(session));
    first.write(`GET ${PATH}/studies HTTP/1.1\r\nHost: ${DB1}\r\nConnection: close\r\n\r\n`);
    const said = await textOf(first);
    expect(said).toContain('200 OK');
    const session = sessions.at(-1) ?? first.getSession();
    const second = await opened({ minVersion: version, maxVersion: version, ...(session && { session }) });
    expect(second.isSessionReused()).toBe(false);
    second.write(`GET ${PATH}/studies HTTP/1.1\r\nHost: ${DB1}\r\nConnection: close\r\n\r\n`);
    expect(await textOf(second)).toContain('DRIM-701');
  });
});

function opened(options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: port(), servername: DB1, rejectUnauthorized: false, ...options });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

async function textOf(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

it('an absolute target is the one that counts (RFC 9112 §3.2.2)', async () => {
  const path = `https://${DB1}${PATH}/studies/${STUDY}/series/${SERIES}`;
  expect((await world.ask({ path, host: '10.53.0.72:8082' })).status).toBe(200);
  const other = `https://${DB2}${PATH}/studies/${STUDY}/series/${SERIES}`;
  expect((await world.ask({ path: other })).status).toBe(421);
});

it('a renewed list is asked for by its event alone, the body by internal HTTP', async () => {
  const joined = world.igc.servSsl('db4.990.mesimagesmedicales.fr');
  expect(codeOf(await world.ask({ pair: joined }))).toBe('DRIM-703');
  world.setList([...LIST(), { db: 'db4.990.mesimagesmedicales.fr', dn: joined.dn }]);
  await world.publishTrust();
  await eventually(async () => expect((await world.ask({ pair: joined })).status).toBe(200));
});

it('describes its levels to a listed peer, by OPTIONS and GET, without a token', async () => {
  for (const method of ['OPTIONS', 'GET']) {
    const answer = await ask({ port: port(), sni: DB1, path: `${PATH}/studies`, pair: world.peer, method });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/vnd.sun.wadl+xml']);
    expect(answer.body.toString('utf8')).toContain('studies/{StudyInstanceUID}/series/{SeriesInstanceUID}');
  }
  expect(codeOf(await ask({ port: port(), sni: DB1, path: `${PATH}/studies`, method: 'OPTIONS' }))).toBe('DRIM-701');
  const wrong = await world.ask({ method: 'DELETE', headers: world.headers(world.psc.token(), KOS) });
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, OPTIONS']);
});
