import { createServer, type AddressInfo } from 'node:net';
import { buildSubmission, type FrozenSubmission } from '../iti41/submission.js';
import { parseContentType, parseMultipart } from '../soap/multipart.js';
import { envelope, failure, fault, leaf, partialSuccess, queryResponse, success } from '../testing/answers.js';
import { aSubmission, aVihf } from '../testing/fixtures.js';
import { answer, HttpsDmp, raw, SOAP_TYPE, type Handler } from '../testing/https-dmp.js';
import { SEAL_SUBJECT, TestPki, type TestAuthority, type TestCertificate } from '../testing/pki.js';
import { buildVihf } from '../vihf/vihf.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import type { ClientTls } from './agents.js';
import { DmpClient, type DmpClientOptions } from './dmp-client.js';

describe('DMP client', () => {
  let pki: TestPki;
  let authority: TestAuthority;
  let signer: Signer;
  let server: TestCertificate;
  let tls: ClientTls;
  let frozen: FrozenSubmission;
  let dmp: HttpsDmp;
  let client: DmpClient;

  beforeAll(() => {
    pki = new TestPki();
    authority = pki.authority('AC TEST');
    server = authority.issue('/C=FR/CN=dmp.test', 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth');
    const { key, certificate } = authority.issue('/C=FR/CN=alpha-auth', 'extendedKeyUsage=clientAuth');
    tls = { key, cert: certificate, ca: authority.pem };
    signer = loadSigner(authority.issue(SEAL_SUBJECT));
    const built = buildSubmission(aSubmission(), signer);
    if (!built.ok) throw new Error(JSON.stringify(built.problems));
    frozen = built.value;
  });
  afterAll(() => pki.remove());

  beforeEach(async () => {
    dmp = await HttpsDmp.start(server, authority);
    client = make();
  });
  afterEach(async () => {
    await dmp.stop();
    await client.close();
  });

  const make = (options: Partial<DmpClientOptions> = {}): DmpClient =>
    new DmpClient({
      repositoryUrl: dmp.url('/repository'),
      registryUrl: dmp.url('/registry'),
      connectMs: 5000,
      answerMs: 20_000,
      ...options,
    });
  const vihf = (): string => buildVihf(aVihf(), signer, { now: new Date() });
  const send = (using = client, identity = tls): ReturnType<DmpClient['provideAndRegister']> =>
    using.provideAndRegister(frozen, { vihf: vihf(), tls: identity });

  it('sends KOS and signature byte for byte, beside the frozen metadata, over mutual TLS', async () => {
    dmp.handle = answer(success());
    expect(await send()).toEqual({ outcome: 'accepted', warnings: [] });
    const [message] = dmp.received;
    if (!message) throw new Error('nothing received');
    const { type, parameters } = parseContentType(message.contentType);
    const parts = parseMultipart(message.body, parameters.get('boundary') ?? '') ?? [];
    const root = parts[0]?.bytes.toString() ?? '';
    expect([message.path, type, parts.length]).toEqual(['/repository', 'multipart/related', 3]);
    expect(root).toContain(frozen.metadataXml);
    expect(root).toContain('>urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b<');
    expect(root).toContain('<xds:Document id="DocumentKOS"><xop:Include');
    expect(parts[1]?.bytes).toEqual(Buffer.from(frozen.kos));
    expect(parts[2]?.bytes.toString()).toBe(frozen.signatureXml);
    expect(dmp.clients).toEqual(['alpha-auth']);
  });

  it('a retry sends the same documents and metadata with a new message and a new VIHF, on the same connection', async () => {
    dmp.handle = answer(success());
    const single = make({ connections: 1 });
    await send(single);
    await send(single);
    await single.close();
    const [one, two] = dmp.received.map(({ body }) => body.toString('latin1'));
    const assertion = /<saml2:Assertion[^>]* ID="([^"]*)"/;
    expect(dmp.received[0]?.messageId).not.toBe(dmp.received[1]?.messageId);
    expect(assertion.exec(one ?? '')?.[1]).not.toBe(assertion.exec(two ?? '')?.[1]);
    const metadata = /<lcm:SubmitObjectsRequest[\s\S]*<\/lcm:SubmitObjectsRequest>/;
    expect(metadata.exec(one ?? '')?.[0]).toBe(metadata.exec(two ?? '')?.[0]);
    expect(dmp.clients).toHaveLength(1);
  });

  it.each<[string, Handler, object]>([
    [
      'warnings',
      answer(success('XDSExtraMetadataNotSaved')),
      { outcome: 'accepted', warnings: ['XDSExtraMetadataNotSaved'] },
    ],
    ['a duplicate', answer(failure('XDSDuplicateUniqueIdInRegistry')), { outcome: 'refused', kind: 'duplicate-same' }],
    ['another document', answer(failure('XDSNonIdenticalHash')), { outcome: 'refused', kind: 'duplicate-other' }],
    ['a busy registry', answer(failure('XDSRegistryBusy')), { outcome: 'busy', codes: ['XDSRegistryBusy'] }],
    ['a VIHF fault', answer(fault('Sender', 'InvalidSecurityToken', ''), 500), { outcome: 'refused', kind: 'vihf' }],
    ['a server fault', answer(fault('Receiver', 'x', ''), 500), { outcome: 'unknown' }],
    ['a refusal under HTTP 500', answer(failure('XDSUnknownPatientId'), 500), { outcome: 'refused', kind: 'patient' }],
    ['a success under HTTP 500', answer(success(), 500), { outcome: 'unknown', cause: 'success-under-http-error' }],
    ['half a success', answer(partialSuccess()), { outcome: 'unknown', cause: 'partial-success' }],
    ['another body', answer('<x/>'), { outcome: 'unknown', cause: 'no-registry-response' }],
    ['200 and HTML', raw('<html><p>maintenance', 200, { 'content-type': 'text/html' }), { outcome: 'unknown' }],
    ['503 and HTML', raw('<html>', 503, { 'content-type': 'text/html' }), { outcome: 'busy', codes: ['http:503'] }],
    ['502 and nothing', raw('', 502, {}), { outcome: 'unknown' }],
    ['403 and HTML', raw('<html>', 403, { 'content-type': 'text/html' }), { outcome: 'refused', kind: 'other' }],
    ['a redirect', raw('', 307, { location: 'https://elsewhere.test/' }), { outcome: 'refused', codes: ['http:307'] }],
    ['a DOCTYPE', raw(`<!DOCTYPE x>${envelope(success())}`), { outcome: 'unknown', cause: 'http:200 doctype' }],
    [
      'the answer to another message',
      raw(envelope(success(), 'urn:uuid:1')),
      { outcome: 'unknown', cause: 'http:200 other-message' },
    ],
    [
      'a compressed answer',
      raw('x', 200, { 'content-type': SOAP_TYPE, 'content-encoding': 'gzip' }),
      { outcome: 'unknown', cause: 'answer-encoded' },
    ],
    ['a lost answer', (response) => response.destroy(), { outcome: 'unknown', cause: 'UND_ERR_SOCKET' }],
    [
      'a cut answer',
      (response) => {
        response.writeHead(200, { 'content-type': SOAP_TYPE, 'content-length': '5000' });
        response.write(envelope(success()), () => response.destroy());
      },
      { outcome: 'unknown' },
    ],
  ])('understands %s', async (_what, handler, expected) => {
    dmp.handle = handler;
    expect(await send()).toMatchObject(expected);
    expect(dmp.received).toHaveLength(1);
  });

  it('reads no more than its limit', async () => {
    dmp.handle = answer(success(...Array.from({ length: 50 }, () => 'XDSExtraMetadataNotSaved')));
    const bounded = make({ maxResponseBytes: 1000 });
    expect(await send(bounded)).toEqual({ outcome: 'unknown', cause: 'answer-too-long' });
    await bounded.close();
  });

  it('does not wait for ever on a DMP that hangs, before or within its answer', async () => {
    const hasty = make({ connectMs: 200, answerMs: 200 });
    dmp.handle = () => undefined;
    expect(await send(hasty)).toEqual({ outcome: 'unknown', cause: 'TimeoutError' });
    dmp.handle = (response) => response.writeHead(200, { 'content-type': SOAP_TYPE }).write('<');
    expect(await send(hasty)).toEqual({ outcome: 'unknown', cause: 'TimeoutError' });
    await hasty.close();
  });

  it('a connection reset once the headers were read leaves a doubt', async () => {
    dmp.takeOver = (request) => request.socket.destroy().destroyed;
    expect(await send()).toMatchObject({ outcome: 'unknown' });
  });

  describe('is certain that nothing was sent', () => {
    const unreachable = { outcome: 'unreachable', certain: true };

    it('when nobody listens, or nobody is so named', async () => {
      expect(await send(make({ repositoryUrl: 'https://dmp.invalid/' }))).toMatchObject(unreachable);
      await dmp.stop();
      expect(await send()).toEqual({ ...unreachable, cause: 'ECONNREFUSED' });
      dmp = await HttpsDmp.start(server, authority);
    });

    it('when the connection is reset, or stalls, before TLS is up', async () => {
      for (const onConnection of [(socket: { destroy(): void }) => socket.destroy(), () => undefined]) {
        const open = new Set<{ destroy(): void }>();
        const deaf = createServer((socket) => {
          open.add(socket);
          onConnection(socket);
        });
        await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
        const { port } = deaf.address() as AddressInfo;
        const hasty = make({ repositoryUrl: `https://localhost:${port}/`, connectMs: 300, answerMs: 100 });
        expect(await send(hasty)).toMatchObject(unreachable);
        await hasty.close();
        open.forEach((socket) => socket.destroy());
        await new Promise((resolve) => deaf.close(resolve));
      }
    });

    it('when the DMP is not of the trusted authority, or not of the right name', async () => {
      const other = pki.authority('AC AUTRE');
      expect(await send(client, { ...tls, ca: other.pem })).toMatchObject(unreachable);
      const misnamed = make({ repositoryUrl: dmp.url('/repository').replace('localhost', '127.0.0.1') });
      expect(await send(misnamed)).toMatchObject({ ...unreachable, cause: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      expect(dmp.received).toHaveLength(0);
    });
  });

  it('a client certificate of another authority gets nothing through', async () => {
    const { key, certificate } = pki.authority('AC AUTRE').issue('/C=FR/CN=alpha-auth');
    expect(['unreachable', 'unknown']).toContain((await send(client, { ...tls, key, cert: certificate })).outcome);
    expect(dmp.received).toHaveLength(0);
  });

  const find = (): ReturnType<DmpClient['findByUniqueId']> =>
    client.findByUniqueId(frozen.kosUniqueId, { vihf: vihf(), tls });

  describe('findByUniqueId', () => {
    it('gives what the registry holds, to compare with what was frozen', async () => {
      dmp.handle = answer(queryResponse(leaf('urn:uuid:1', frozen.kosUniqueId, frozen.kosHash.toUpperCase())));
      expect(await find()).toEqual({
        outcome: 'found',
        entries: [
          {
            entryUuid: 'urn:uuid:1',
            uniqueId: frozen.kosUniqueId,
            hash: frozen.kosHash,
            size: 42,
            availabilityStatus: 'Approved',
          },
        ],
      });
      expect(dmp.received[0]?.path).toBe('/registry');
      expect(dmp.received[0]?.contentType).toContain('action="urn:ihe:iti:2007:RegistryStoredQuery"');
    });

    it('tells absent from everything that proves nothing', async () => {
      dmp.handle = answer(queryResponse(''));
      expect(await find()).toEqual({ outcome: 'absent' });
      dmp.handle = answer(queryResponse('').replace('Type:Success', 'Type:PartialSuccess'));
      expect(await find()).toMatchObject({ outcome: 'unknown' });
      dmp.handle = answer(success());
      expect(await find()).toMatchObject({ outcome: 'unknown', cause: 'no-query-response' });
      dmp.handle = answer(queryResponse('').replace('Type:Success', 'Type:Failure'));
      expect(await find()).toMatchObject({ outcome: 'refused' });
    });
  });

  it.each(['http://dmp.test/', 'https://user:secret@dmp.test/', 'dmp.test', ''])(
    'refuses the endpoint %j',
    (registryUrl) => {
      expect(() => make({ registryUrl })).toThrow('A DMP endpoint is an https URL without credentials');
    },
  );
});
