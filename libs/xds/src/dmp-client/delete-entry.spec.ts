import { buildDeletion, type Deletion } from '../iti57/deletion.js';
import { REPLACED_ENTRY } from '../metadata/entry-uuid.js';
import { buildSubmission } from '../iti41/submission.js';
import { failure, fault, leaf, partialSuccess, queryResponse, success } from '../testing/answers.js';
import { aSubmission, aVihf } from '../testing/fixtures.js';
import { answer, HttpsDmp, raw, SOAP_TYPE, type Handler } from '../testing/https-dmp.js';
import { SEAL_SUBJECT, TestPki, type TestAuthority, type TestCertificate } from '../testing/pki.js';
import { buildVihf } from '../vihf/vihf.js';
import { loadSigner, type Signer } from '../xml-signature/signer.js';
import type { ClientTls } from './agents.js';
import { DmpClient, type DmpClientOptions } from './dmp-client.js';

const ENTRY = 'urn:uuid:00000000-0000-4000-8000-000000000001';

describe('DMP client, life of an entry', () => {
  let pki: TestPki;
  let authority: TestAuthority;
  let signer: Signer;
  let server: TestCertificate;
  let tls: ClientTls;
  let deletion: Deletion;
  let dmp: HttpsDmp;
  let client: DmpClient;

  beforeAll(() => {
    pki = new TestPki();
    authority = pki.authority('AC TEST');
    server = authority.issue('/C=FR/CN=dmp.test', 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth');
    const { key, certificate } = authority.issue('/C=FR/CN=alpha-auth', 'extendedKeyUsage=clientAuth');
    tls = { key, cert: certificate, ca: authority.pem };
    signer = loadSigner(authority.issue(SEAL_SUBJECT));
    const built = buildDeletion({ ...aSubmission(), entryUuid: ENTRY });
    if (!built.ok) throw new Error(JSON.stringify(built.problems));
    deletion = built.value;
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
  const remove = (using = client): ReturnType<DmpClient['deleteEntry']> =>
    using.deleteEntry(deletion, { vihf: vihf(), tls });

  it('asks the registry for UpdateDocumentSet over mutual TLS, in one plain message with a VIHF', async () => {
    dmp.handle = answer(success());
    expect(await remove()).toEqual({ outcome: 'accepted', warnings: [] });
    const [message] = dmp.received;
    const body = message?.body.toString() ?? '';
    expect(message?.path).toBe('/registry');
    expect(message?.contentType).toBe(
      'application/soap+xml; charset=UTF-8; action="urn:ihe:iti:2010:UpdateDocumentSet"',
    );
    expect(body).toContain('>urn:ihe:iti:2010:UpdateDocumentSet</Action>');
    expect(body).toContain(`>${dmp.url('/registry')}</To>`);
    expect(body).toContain(`<soap:Body>${deletion.metadataXml}</soap:Body>`);
    expect(body).toContain('<saml2:Assertion');
    expect(dmp.clients).toEqual(['alpha-auth']);
  });

  it.each<[string, Handler, object]>([
    ['warnings', answer(success('XDSExtraMetadataNotSaved')), { warnings: ['XDSExtraMetadataNotSaved'] }],
    ['an entry that changed', answer(failure('XDSMetadataUpdateError')), { outcome: 'refused', kind: 'stale-target' }],
    ['another patient', answer(failure('XDSPatientIDReconciliationError')), { outcome: 'refused', kind: 'patient' }],
    ['a refusal under HTTP 500', answer(failure('XDSRegistryError'), 500), { outcome: 'refused', kind: 'other' }],
    ['a VIHF fault', answer(fault('Sender', 'InvalidSecurityToken', ''), 500), { outcome: 'refused', kind: 'vihf' }],
    ['a busy registry', answer(failure('XDSRegistryBusy')), { outcome: 'busy', codes: ['XDSRegistryBusy'] }],
    ['503 and HTML', raw('<html>', 503, { 'content-type': 'text/html' }), { outcome: 'busy', codes: ['http:503'] }],
    ['HTML', raw('<html><p>maintenance', 200, { 'content-type': 'text/html' }), { outcome: 'unknown' }],
    ['a server fault', answer(fault('Receiver', 'x', ''), 500), { outcome: 'unknown' }],
    ['half a success', answer(partialSuccess()), { outcome: 'unknown', cause: 'partial-success' }],
    ['a success under 500', answer(success(), 500), { outcome: 'unknown', cause: 'success-under-http-error' }],
    ['the answer to a query', answer(queryResponse('')), { outcome: 'unknown', cause: 'no-registry-response' }],
    ['a lost answer', (response) => response.destroy(), { outcome: 'unknown', cause: 'UND_ERR_SOCKET' }],
    [
      'a cut answer',
      (response) => {
        response.writeHead(200, { 'content-type': SOAP_TYPE, 'content-length': '5000' });
        response.write('<', () => response.destroy());
      },
      { outcome: 'unknown' },
    ],
  ])('understands %s', async (_what, handler, expected) => {
    dmp.handle = handler;
    expect(await remove()).toMatchObject(expected);
    expect(dmp.received).toHaveLength(1);
  });

  it('does not wait for ever on a registry that hangs', async () => {
    const hasty = make({ connectMs: 200, answerMs: 200 });
    dmp.handle = () => undefined;
    expect(await remove(hasty)).toEqual({ outcome: 'unknown', cause: 'TimeoutError' });
    await hasty.close();
  });

  it('is certain that nothing was sent when nobody listens', async () => {
    await dmp.stop();
    expect(await remove()).toEqual({ outcome: 'unreachable', certain: true, cause: 'ECONNREFUSED' });
    dmp = await HttpsDmp.start(server, authority);
  });

  it('sends no replacement that does not name the replaced entry', async () => {
    const built = buildSubmission(aSubmission({ replaces: REPLACED_ENTRY }), signer);
    if (!built.ok) throw new Error(JSON.stringify(built.problems));
    await expect(client.provideAndRegister(built.value, { vihf: vihf(), tls })).rejects.toMatchObject({
      name: 'XdsError',
      code: 'replaced-entry-missing',
    });
    expect(dmp.received).toHaveLength(0);
  });

  it('takes no entry of another document for the one it asked for', async () => {
    dmp.handle = answer(queryResponse(leaf('urn:uuid:1', '1.2.3', '00') + leaf('urn:uuid:2', '1.2.4', '00')));
    const found = await client.findByUniqueId('1.2.3', { vihf: vihf(), tls });
    expect(found).toEqual({ outcome: 'unknown', cause: 'other-document' });
  });
});
