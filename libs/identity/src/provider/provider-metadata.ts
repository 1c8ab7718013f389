import type { HttpFetch } from '../http/identity-http.js';
import { HttpFault } from '../http/http-fault.js';
import { IdentityError } from '../identity-error.js';
import { parseJsonObject } from '../json.js';
import type { JsonObject } from '../json.js';

/** The endpoints of a provider, all https. Only the issuer is compared with what tokens say. */
export interface Metadata {
  readonly issuer: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint?: string;
  readonly userinfo_endpoint?: string;
  readonly jwks_uri?: string;
  readonly introspection_endpoint?: string;
  readonly revocation_endpoint?: string;
  readonly end_session_endpoint?: string;
  readonly authorization_response_iss_parameter_supported?: boolean;
}

export type MetadataAnswer =
  | { readonly ok: true; readonly metadata: Metadata }
  | { readonly ok: false; readonly kind: 'unreachable' | 'unreadable' | 'wrong-issuer'; readonly cause: string };

export interface ProviderMetadataOptions {
  /** Exactly what tokens must carry as `iss`. */
  readonly issuer: string;
  /** The whole address: Pro Santé Connect's ends in `wallet-openid-configuration`. */
  readonly discoveryUrl?: string;
  /** For a provider that does not serve its discovery document (FranceConnect+ in production). */
  readonly metadata?: Omit<Metadata, 'issuer'>;
  readonly fetch: HttpFetch;
  /** Seconds before the document is fetched again. */
  readonly refreshSeconds?: number;
  /** Seconds a document may still serve while the provider does not answer. */
  readonly maxStaleSeconds?: number;
  readonly now?: () => number;
}

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  'introspection_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
] as const;

/** The metadata of one provider: configured, or discovered (OpenID Connect Discovery §4), kept and refreshed. */
export class ProviderMetadata {
  private held: { readonly metadata: Metadata; readonly at: number } | undefined;
  private fetching: Promise<MetadataAnswer> | undefined;

  /** Throws `invalid-setting` when there is neither a discovery address nor static metadata, or an address is not https. */
  constructor(private readonly options: ProviderMetadataOptions) {
    const { issuer, discoveryUrl, metadata } = options;
    if (discoveryUrl === undefined && metadata === undefined)
      throw new IdentityError('invalid-setting', `${issuer}: neither a discovery address nor metadata`);
    if (discoveryUrl !== undefined && !isHttps(discoveryUrl))
      throw new IdentityError('invalid-setting', `${issuer}: the discovery address is not https`);
    const read = metadata === undefined ? undefined : readMetadata({ ...metadata, issuer }, issuer);
    if (read && !read.ok) throw new IdentityError('invalid-setting', `${issuer}: ${read.cause}`);
  }

  async get(): Promise<MetadataAnswer> {
    const { issuer, metadata, refreshSeconds = 3600, maxStaleSeconds = 86_400 } = this.options;
    if (metadata !== undefined) return { ok: true, metadata: { ...metadata, issuer } };
    const age = this.held === undefined ? Infinity : ((this.options.now ?? Date.now)() - this.held.at) / 1000;
    if (this.held && age < refreshSeconds) return { ok: true, metadata: this.held.metadata };
    this.fetching ??= this.load().finally(() => (this.fetching = undefined));
    const answer = await this.fetching;
    if (answer.ok || answer.kind === 'wrong-issuer') return answer;
    return this.held && age < maxStaleSeconds ? { ok: true, metadata: this.held.metadata } : answer;
  }

  private async load(): Promise<MetadataAnswer> {
    const { discoveryUrl, issuer, fetch } = this.options;
    try {
      const response = await fetch(discoveryUrl ?? '', { headers: { accept: 'application/json' } });
      if (response.status !== 200) return { ok: false, kind: 'unreachable', cause: `http:${response.status}` };
      const document = parseJsonObject(await response.text());
      if (document === undefined) return { ok: false, kind: 'unreadable', cause: 'no-json' };
      const answer = readMetadata(document, issuer);
      if (answer.ok) this.held = { metadata: answer.metadata, at: (this.options.now ?? Date.now)() };
      return answer;
    } catch (error) {
      const fault = HttpFault.of(error);
      return { ok: false, kind: fault.kind === 'too-large' ? 'unreadable' : 'unreachable', cause: fault.message };
    }
  }
}

const readMetadata = (document: JsonObject, issuer: string): MetadataAnswer => {
  if (document['issuer'] !== issuer) return { ok: false, kind: 'wrong-issuer', cause: 'issuer' };
  const wrong = ENDPOINTS.find((name) => document[name] !== undefined && !isHttps(document[name]));
  if (wrong) return { ok: false, kind: 'unreadable', cause: wrong };
  const endpoints = Object.fromEntries(
    ENDPOINTS.filter((name) => document[name] !== undefined).map((name) => [name, String(document[name])]),
  );
  const iss = document['authorization_response_iss_parameter_supported'] === true;
  return { ok: true, metadata: { issuer, ...endpoints, authorization_response_iss_parameter_supported: iss } };
};

const isHttps = (value: unknown): boolean => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, username, password, hash } = new URL(value);
  return protocol === 'https:' && username === '' && password === '' && hash === '';
};
