import { TestPki, type TestAuthority } from '../testing/pki.js';
import { TlsAgents, type ClientTls } from './agents.js';

describe('connection pools', () => {
  let pki: TestPki;
  let authority: TestAuthority;
  beforeAll(() => {
    pki = new TestPki();
    authority = pki.authority('AC TEST');
  });
  afterAll(() => pki.remove());

  const pair = (name: string): ClientTls => {
    const { key, certificate } = authority.issue(`/C=FR/CN=${name}`);
    return { key, cert: certificate, ca: authority.pem };
  };

  it('one per certificate pair; a renewed pair closes its predecessor', async () => {
    const agents = new TlsAgents({ connectMs: 1000, connections: 2 });
    const [alpha, beta, renewed] = [pair('alpha'), pair('beta'), pair('alpha')];
    const first = agents.agentFor(alpha);
    expect(agents.agentFor({ ...alpha, key: Buffer.from(alpha.key) })).toBe(first);
    expect(agents.agentFor(beta)).not.toBe(first);
    expect(first.closed).toBe(false);
    expect(agents.agentFor(renewed)).not.toBe(first);
    expect(first.closed).toBe(true);
    const last = agents.agentFor(renewed);
    await agents.close();
    expect(last.closed).toBe(true);
  });

  it('refuses what is no certificate, without quoting it', () => {
    const agents = new TlsAgents({ connectMs: 1000, connections: 2 });
    const broken = { key: 'SECRET', cert: 'SECRET', ca: authority.pem };
    expect(() => agents.agentFor(broken)).toThrow('The client certificate cannot be read');
  });
});
