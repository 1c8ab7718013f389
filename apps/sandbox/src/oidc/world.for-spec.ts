import { IdentityHttp, ProviderMetadata } from '@drimbox/identity';
import type { ClientTls } from '@drimbox/identity';
import { createAuthority, issue, revoke } from '../pki/authority.js';
import type { IssuedCertificate } from '../pki/authority.js';
import { authorityBundle } from '../pki/store.js';
import type { ProviderPki } from './listener.js';
import type { LedgerLine } from './ledger.js';
import type { RunningTestProvider } from './server.js';

export const CLIENT_ID = 'drimbox-sandbox';
const SUBJECT = { structure: '310000000000017', organisation: 'CABINET SANDBOX' };

/** Certificates in and out of order, for the provider and its clients. */
export interface OidcPki {
  readonly provider: ProviderPki;
  readonly client: ClientTls;
  readonly otherClient: ClientTls;
  readonly revoked: ClientTls;
  readonly stranger: ClientTls;
  readonly serverAsClient: ClientTls;
  readonly none: ClientTls;
  readonly server: IssuedCertificate;
}

export const createOidcPki = async (): Promise<OidcPki> => {
  const [igc, foreign] = await Promise.all([createAuthority('igc'), createAuthority('igc')]);
  const named = { commonName: CLIENT_ID, ...SUBJECT };
  const [server, client, other, lost, alien, servSsl] = await Promise.all([
    issue(igc, 'SERV_SSL', { commonName: 'localhost', names: ['localhost'] }),
    issue(igc, 'ORG_AUTH_CLI', named),
    issue(igc, 'ORG_AUTH_CLI', { commonName: 'another-client', ...SUBJECT }),
    issue(igc, 'ORG_AUTH_CLI', named),
    issue(foreign, 'ORG_AUTH_CLI', named),
    issue(igc, 'SERV_SSL', { ...named, names: ['localhost'] }),
  ]);
  const final = await revoke(igc, lost.serialNumber);
  const ca = authorityBundle(final);
  const tls = ({ chain, key }: IssuedCertificate): ClientTls => ({ cert: chain, key, ca });
  return {
    provider: { certificate: server.chain, key: server.key, authorities: ca, crls: final.crls.join('\n') },
    client: tls(client),
    otherClient: tls(other),
    revoked: tls(lost),
    stranger: tls(alien),
    serverAsClient: tls(servSsl),
    none: { ca },
    server,
  };
};

/** A way out with a certificate, and the metadata of a provider seen through it. */
export const reach = (
  provider: RunningTestProvider,
  tls: ClientTls,
  timeoutMs = 5000,
): { readonly http: IdentityHttp; readonly metadata: ProviderMetadata } => {
  const http = new IdentityHttp({ tls: () => tls, timeoutMs });
  const { issuer, discoveryUrl } = provider;
  return { http, metadata: new ProviderMetadata({ issuer, discoveryUrl, fetch: http.fetch }) };
};

const ask = async (provider: RunningTestProvider, target: string, body?: object): Promise<unknown> => {
  const [method = '', path = ''] = target.split(' ');
  const response = await fetch(`${provider.deskUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${target}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
};

export const desk = {
  token: async (provider: RunningTestProvider, login: string, order: object = {}): Promise<string> =>
    ((await ask(provider, 'POST /tokens', { login, clientId: CLIENT_ID, ...order })) as { access_token: string })
      .access_token,
  revoke: (provider: RunningTestProvider, order: object): Promise<unknown> => ask(provider, 'POST /revocations', order),
  fault: (provider: RunningTestProvider, fault: object): Promise<unknown> => ask(provider, 'POST /faults', fault),
  heal: (provider: RunningTestProvider): Promise<unknown> => ask(provider, 'DELETE /faults'),
  register: (provider: RunningTestProvider, client: object): Promise<unknown> => ask(provider, 'POST /clients', client),
  calls: async (provider: RunningTestProvider, endpoint?: string): Promise<LedgerLine[]> =>
    ((await ask(provider, 'GET /calls')) as LedgerLine[]).filter(
      (line) => endpoint === undefined || line.endpoint === endpoint,
    ),
  sessions: (provider: RunningTestProvider): Promise<unknown> => ask(provider, 'GET /sessions'),
};
