import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { parseDn } from '../dn/dn.js';
import { type Issued, testPki, type TestPki } from '../testing/pki.js';
import { checkPeer, PeerChecker } from './check-peer.js';
import { checkServer, ListIndex, type Listed } from './listed.js';

const run = promisify(execFile);
const dir = mkdtempSync(join(tmpdir(), 'drimbox-mtls-'));
const DN = 'CN=db1.991.mesimagesmedicales.fr,OU=318751275100020,O=UN,C=FR';
const FQDN = 'db1.991.mesimagesmedicales.fr';
const listed: Listed[] = [{ db: FQDN, operatorDn: DN }];

let pki: TestPki;
let server: Server;
let client: Issued;
let state: { checker: PeerChecker; list: ListIndex<Listed> };
let port: number;
const seen: string[] = [];

/** A door as the product's: the certificate of the connection, nothing a request says, checked at every request. */
function verdictOn(socket: TLSSocket): string {
  const leaf = socket.getPeerX509Certificate()?.raw;
  if (!leaf) return 'no certificate';
  const peer = state.checker.check(leaf, 'tls-client', new Date());
  if (!peer.ok) return peer.kind;
  return state.list.listedAs(peer.certificate.subject)?.db ?? 'not listed';
}

beforeAll(async () => {
  pki = await testPki();
  client = await pki.aci.issue(DN, { names: [FQDN] });
  const own = await pki.aci.issue('CN=localhost,OU=1', { names: ['localhost'] });
  server = createServer(
    {
      cert: `${own.pem}\n${pki.aci.pem}`,
      key: own.keyPem,
      ca: [pki.root.pem, pki.aci.pem],
      requestCert: true,
      rejectUnauthorized: true,
    },
    (incoming, outgoing) => {
      const verdict = verdictOn(incoming.socket as TLSSocket);
      const resumed = (incoming.socket as TLSSocket).isSessionReused();
      seen.push(`${resumed ? 'resumed' : 'new'} ${verdict}`);
      outgoing.end(verdict);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  for (const [name, pem] of Object.entries({
    cert: `${client.pem}\n${pki.aci.pem}`,
    key: client.keyPem,
    ca: `${pki.root.pem}\n${pki.aci.pem}`,
  }))
    writeFileSync(join(dir, `${name}.pem`), pem);
});
beforeEach(() => {
  state = { checker: new PeerChecker(pki), list: new ListIndex(listed) };
  seen.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const ask = (agent: Agent, headers: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: 'localhost', port, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject).end();
  });
const agentOf = (who: Issued | undefined, keepAlive = false): Agent =>
  new Agent({
    keepAlive,
    ca: [pki.root.pem, pki.aci.pem],
    ...(who && { cert: `${who.pem}\n${pki.aci.pem}`, key: who.keyPem }),
    maxVersion: 'TLSv1.3',
  });

it('lets in a listed peer, its DN in the other order', async () => {
  state.list = new ListIndex([{ db: FQDN, operatorDn: DN.split(',').toReversed().join(', ') }]);
  expect(await ask(agentOf(client))).toBe(FQDN);
});

it.each([
  'ssl-client-cert',
  'x-ssl-client-cert',
  'x-forwarded-tls-client-cert',
  'x-ssl-client-s-dn',
  'x-forwarded-client-cert',
])('a forged %s gives nobody a name, with a certificate or without', async (header) => {
  const stranger = await pki.aci.issue('CN=stranger,OU=1');
  const forged = { [header]: encodeURIComponent(client.pem) };
  expect(await ask(agentOf(stranger), forged)).toBe('not listed');
  await expect(ask(agentOf(undefined), forged)).rejects.toThrow();
});

it('does not shake hands with a foreign authority', async () => {
  const twin = await testPki();
  const forged = await twin.aci.issue(DN, { names: [FQDN] });
  await expect(ask(agentOf(forged))).rejects.toThrow();
  expect(checkPeer(forged.certificate.x509.raw, { ...pki, purpose: 'tls-client', now: new Date() })).toMatchObject({
    kind: 'untrusted',
  });
});

it('refuses certificates that are no client’s, expired, revoked, or of whom nothing is known', async () => {
  const check = async (who: Issued, crls = pki.crls): Promise<string> => {
    const peer = checkPeer(who.pem, { authorities: pki.authorities, crls, purpose: 'tls-client', now: new Date() });
    return peer.ok ? 'ok' : peer.kind;
  };
  expect(await check(client)).toBe('ok');
  expect(await check(await pki.aci.issue(DN, { usage: 'sign' }))).toBe('unfit');
  expect(await check(await pki.aci.issue(DN, { notAfter: new Date(Date.now() - 1000) }))).toBe('expired');
  expect(await check(client, [pki.crls[0]!, await pki.aci.crl({ revoked: [client] })])).toBe('revoked');
  expect(await check(client, [])).toBe('no-crl');
  expect(checkPeer('garbage', { ...pki, purpose: 'tls-client', now: new Date() })).toMatchObject({
    kind: 'unreadable',
  });
});

it('cuts a connection that lasts at the next request after a revocation, and after a list without it', async () => {
  const agent = agentOf(client, true);
  expect(await ask(agent)).toBe(FQDN);
  state.checker = new PeerChecker({ ...pki, crls: [pki.crls[0]!, await pki.aci.crl({ revoked: [client] })] });
  expect(await ask(agent)).toBe('revoked');
  state.checker = new PeerChecker(pki);
  expect(await ask(agent)).toBe(FQDN);
  state.list = new ListIndex([]);
  expect(await ask(agent)).toBe('not listed');
  agent.destroy();
});

it.each(['-tls1_2', '-tls1_3'])('refuses a session that is resumed after a revocation (%s)', async (version) => {
  const session = join(dir, `session${version}`);
  const connect = (option: string): Promise<{ stdout: string }> => {
    const args = ['s_client', '-connect', `localhost:${port}`, version, '-quiet', option, session];
    const files = ['-cert', 'cert', '-key', 'key', '-CAfile', 'ca'].map((part) =>
      part.startsWith('-') ? part : join(dir, `${part}.pem`),
    );
    const child = run('openssl', [...args, ...files, '-cert_chain', join(dir, 'ca.pem')], { timeout: 20_000 });
    child.child.stdin?.end('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    return child;
  };
  expect((await connect('-sess_out')).stdout).toContain(FQDN);
  state.checker = new PeerChecker({ ...pki, crls: [pki.crls[0]!, await pki.aci.crl({ revoked: [client] })] });
  expect((await connect('-sess_in')).stdout).toContain('revoked');
  expect(seen).toEqual([`new ${FQDN}`, 'resumed revoked']);
});

it('remembers good verdicts until the first date that changes them', async () => {
  const soon = new Date(Date.now() + 3_600_000);
  const checker = new PeerChecker({ ...pki, crls: [pki.crls[0]!, await pki.aci.crl({ nextUpdate: soon })] });
  const { raw } = client.certificate.x509;
  expect(checker.check(raw, 'tls-client', new Date())).toMatchObject({ ok: true });
  expect(checker.check(raw, 'tls-client', new Date())).toMatchObject({ ok: true });
  expect(checker.check(raw, 'tls-client', new Date(soon.getTime() + 1_000))).toMatchObject({ kind: 'stale-crl' });
  expect(checker.check(raw, 'tls-client', new Date(0))).toMatchObject({ kind: 'not-yet-valid' });
});

describe('as a client', () => {
  const list = new ListIndex(listed);

  it.each<[string, string, string[], string]>([
    ['the listed server', DN, [FQDN], 'ok'],
    ['another host', DN, ['db9.991.mesimagesmedicales.fr'], 'other-host'],
    ['a wildcard', DN, ['*.991.mesimagesmedicales.fr'], 'other-host'],
    ['a name in its CN only', DN, ['x.example.fr'], 'other-host'],
    ['another DN under the right name', DN.replace('O=UN', 'O=DEUX'), [FQDN], 'other-dn'],
  ])('%s: %s', async (_name, dn, names, expected) => {
    const { certificate } = await pki.aci.issue(dn, { names });
    const result = checkServer(FQDN, certificate, list);
    expect(result.ok ? 'ok' : result.kind).toBe(expected);
  });

  it('a host that is not in the list', async () => {
    const { certificate } = await pki.aci.issue(DN, { names: ['db2.992.mesimagesmedicales.fr'] });
    expect(checkServer('db2.992.mesimagesmedicales.fr', certificate, list)).toEqual({ ok: false, kind: 'not-listed' });
    expect(list.listedAs(parseDn('CN=nobody')!)).toBeUndefined();
  });
});
