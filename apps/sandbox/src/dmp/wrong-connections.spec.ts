import { connect } from 'node:tls';
import { LIMITS } from './dmp-rules.js';
import { buildSubmission, send } from './reference-client.js';
import type { Organisation } from './reference-client.js';
import { createWorld, lastLine, uniqueIdsOf } from './reference-world.js';
import type { World } from './reference-world.js';

describe('the door of the sandbox DMP', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.dmp.stop());

  it.each<[string, RegExp, (world: World) => Pick<Organisation, 'auth' | 'authorities'>]>([
    [
      'no client certificate',
      /^ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE$/,
      ({ org }) => ({ authorities: org.authorities }),
    ],
    ['client certificate of another CA', /CRL|SIGNATURE|ISSUER/, ({ stranger }) => stranger],
    ['revoked client certificate', /^CERT_REVOKED$/, ({ org, revokedAuth }) => ({ ...org, auth: revokedAuth })],
    ['server-only certificate', /^INVALID_PURPOSE$/, ({ org, serverOnly }) => ({ ...org, auth: serverOnly })],
    ['seal instead of a client certificate', /^INVALID_PURPOSE$/, ({ org }) => ({ ...org, auth: sealAsClient(org) })],
  ])('refuses the handshake: %s → %s', async (_name, code, client) => {
    const message = await buildSubmission(world.org);
    await expect(send(`${world.dmp.url}/repository`, client(world), message)).rejects.toThrow();
    expect(await lastLine(world)).toMatchObject({
      endpoint: 'tls',
      verdict: 'rejected',
      codes: [expect.stringMatching(code)],
    });
    expect(await uniqueIdsOf(world)).toEqual([]);
  });

  it('refuses a SERV_SSL certificate as a client', async () => {
    const message = await buildSubmission(world.org);
    const reply = await send(`${world.dmp.url}/repository`, { ...world.org, auth: world.servSsl }, message);
    expect([reply.status, reply.codes]).toEqual([500, ['ClientCertificate']]);
  });

  it('refuses TLS 1.1', async () => {
    const { hostname, port } = new URL(world.dmp.url);
    const { authorities, auth } = world.org;
    const outcome = await new Promise<string>((resolve) => {
      const socket = connect({
        host: hostname,
        port: Number(port),
        ca: authorities,
        cert: auth!.chain,
        key: auth!.key,
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => resolve('connected'));
      socket.once('error', () => resolve('refused'));
    });
    expect(outcome).toBe('refused');
  });

  it.each<[string, number, string, { contentType: string; body: Buffer }]>([
    ['too large', 413, 'TooLarge', { contentType: 'multipart/related', body: Buffer.alloc(LIMITS.requestBytes + 1) }],
    ['not MTOM', 500, 'NotMtom', { contentType: 'application/soap+xml', body: Buffer.from('<x/>') }],
    [
      'without boundary',
      500,
      'NotMtom',
      { contentType: 'multipart/related; type="application/xop+xml"', body: Buffer.from('--') },
    ],
  ])('refuses a request that is %s', async (_name, status, code, message) => {
    const reply = await send(`${world.dmp.url}/repository`, world.org, message);
    expect([reply.status, reply.codes]).toEqual([status, [code]]);
  });

  it('knows no other path', async () => {
    const reply = await send(`${world.dmp.url}/patients`, world.org, {
      contentType: 'text/plain',
      body: Buffer.from('x'),
    });
    expect(reply.status).toBe(404);
  });
});

const sealAsClient = ({ seal }: Organisation): { chain: string; key: string } => ({
  chain: seal.certificate,
  key: seal.key,
});
