import { createHash } from 'node:crypto';
import { tokenIntrospection } from 'openid-client';
import type { ClientAuth } from 'openid-client';
import { BoundedMemory } from '../bounded-memory.js';
import { HttpFault } from '../http/http-fault.js';
import type { HttpFetch } from '../http/identity-http.js';
import { MAX_TOKEN_CHARS, PSC_ACR_ACCEPTED } from '../identity-constants.js';
import { RemoteKeySet } from '../jose/key-set.js';
import type { SignatureAlgorithm } from '../jose/token-policy.js';
import { isObject } from '../json.js';
import { clientAuthentication, configurationOf } from '../provider/client.js';
import type { Client } from '../provider/client.js';
import type { Metadata, ProviderMetadata } from '../provider/provider-metadata.js';
import { askUserinfo } from '../userinfo/ask-userinfo.js';
import { judgeAnswer } from './introspection-answer.js';
import type { ActiveToken, TokenRefusal } from './introspection-answer.js';
import type { Professional } from './professional.js';
import { readProfessional } from './read-userinfo.js';

export interface TokenCheckerOptions {
  readonly provider: ProviderMetadata;
  readonly client: Client;
  readonly fetch: HttpFetch;
  /** The clients whose tokens are taken; absent: any client of the provider. */
  readonly allowedClients?: readonly string[];
  readonly acceptedAcr?: readonly string[];
  /** Oldest an answer may be, in seconds; at most 30, 0: the provider is asked each time. */
  readonly cacheSeconds?: number;
  /** Seconds a refused token is refused again without asking. */
  readonly refusalSeconds?: number;
  readonly clockSkewSeconds?: number;
  /** Answers kept. */
  readonly cacheSize?: number;
  /** Checks under way; over it, a check fails closed at once. */
  readonly maxConcurrent?: number;
  /** Signature algorithms of a userinfo answer that comes as a JWT. */
  readonly userinfoAlgorithms?: readonly SignatureAlgorithm[];
  readonly now?: () => number;
}

export type CheckedToken =
  | { readonly ok: true; readonly professional: Professional; readonly token: ActiveToken }
  | {
      readonly ok: false;
      readonly kind: TokenRefusal | 'missing' | 'malformed' | 'unreachable';
      /** Name of a claim, HTTP status or error code: may be logged. */
      readonly cause?: string;
    };

type Refused = Extract<CheckedToken, { ok: false }>;

const MAX_CACHE_SECONDS = 30;
/** RFC 6750 §2.1. */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Says whose a Pro Santé Connect access token is, or why it is none. The provider is asked (introspection, then userinfo);
 * when it does not answer, nobody is let in. The token is never kept: answers are found by its SHA-256.
 */
export class TokenChecker {
  private readonly answers: BoundedMemory<CheckedToken>;
  private readonly underWay = new Map<string, Promise<CheckedToken>>();
  private readonly keys: RemoteKeySet;
  private auth: Promise<ClientAuth> | undefined;
  private asking = 0;

  constructor(private readonly options: TokenCheckerOptions) {
    this.answers = new BoundedMemory(options.cacheSize ?? 10_000, this.now);
    this.keys = new RemoteKeySet({
      url: async () => (await this.metadata())?.jwks_uri,
      fetch: options.fetch,
      now: this.now,
    });
  }

  /** Checks one bearer token (without the word Bearer). Never throws for what a client or the provider does. */
  async check(token: string | undefined): Promise<CheckedToken> {
    if (token === undefined || token === '') return { ok: false, kind: 'missing' };
    if (token.length > MAX_TOKEN_CHARS || !BEARER.test(token)) return { ok: false, kind: 'malformed' };
    const key = createHash('sha256').update(token).digest('base64url');
    const known = this.answers.get(key);
    if (known) return known;
    // With no cache each request wants an answer that is younger than itself: it cannot share another's.
    if (this.cacheSeconds === 0) return this.ask(token, key);
    const same = this.underWay.get(key);
    if (same) return same;
    const asked = this.ask(token, key).finally(() => this.underWay.delete(key));
    this.underWay.set(key, asked);
    return asked;
  }

  /** Forgets what is known of all tokens, for a back-channel logout or a change of settings. */
  forget(): void {
    this.answers.clear();
  }

  private readonly now = (): number => (this.options.now ?? Date.now)();

  private get cacheSeconds(): number {
    return Math.max(0, Math.min(this.options.cacheSeconds ?? MAX_CACHE_SECONDS, MAX_CACHE_SECONDS));
  }

  private async metadata(): Promise<Metadata | undefined> {
    const answer = await this.options.provider.get();
    return answer.ok ? answer.metadata : undefined;
  }

  private async ask(token: string, key: string): Promise<CheckedToken> {
    if (this.asking >= (this.options.maxConcurrent ?? 64))
      return { ok: false, kind: 'unreachable', cause: 'saturated' };
    this.asking += 1;
    // The age of an answer counts from its question.
    const askedAt = this.now();
    try {
      const checked = await this.askProvider(token);
      if (checked.ok)
        this.answers.set(key, checked, Math.min(askedAt + this.cacheSeconds * 1000, checked.token.expiresAt * 1000));
      else if (checked.kind !== 'unreachable' && checked.kind !== 'unreadable')
        this.answers.set(key, checked, askedAt + (this.options.refusalSeconds ?? 2) * 1000);
      return checked;
    } finally {
      this.asking -= 1;
    }
  }

  private async askProvider(token: string): Promise<CheckedToken> {
    const provider = await this.options.provider.get();
    if (!provider.ok)
      return { ok: false, kind: provider.kind === 'unreadable' ? 'unreadable' : 'unreachable', cause: provider.cause };
    const { metadata } = provider;
    const answer = await this.introspect(metadata, token);
    if (!answer.ok) return answer.refused;
    const verdict = judgeAnswer(
      answer.body,
      {
        issuer: metadata.issuer,
        acceptedAcr: this.options.acceptedAcr ?? PSC_ACR_ACCEPTED,
        clockSkewSeconds: this.options.clockSkewSeconds ?? 30,
        ...(this.options.allowedClients && { allowedClients: this.options.allowedClients }),
      },
      this.now(),
    );
    if (!verdict.ok) return { ok: false, kind: verdict.kind, ...(verdict.claim && { cause: verdict.claim }) };
    return this.identify(metadata, token, verdict.token);
  }

  private async introspect(
    metadata: Metadata,
    token: string,
  ): Promise<{ ok: true; body: Readonly<Record<string, unknown>> } | { ok: false; refused: Refused }> {
    this.auth ??= clientAuthentication(this.options.client);
    const configuration = configurationOf({
      metadata,
      client: this.options.client,
      auth: await this.auth,
      fetch: this.options.fetch,
      clockSkewSeconds: this.options.clockSkewSeconds ?? 30,
    });
    try {
      const body: unknown = await tokenIntrospection(configuration, token, { token_type_hint: 'access_token' });
      return isObject(body)
        ? { ok: true, body }
        : { ok: false, refused: { ok: false, kind: 'unreadable', cause: 'no-object' } };
    } catch (error) {
      return { ok: false, refused: failureOf(error) };
    }
  }

  private async identify(metadata: Metadata, token: string, active: ActiveToken): Promise<CheckedToken> {
    if (metadata.userinfo_endpoint === undefined) return { ok: false, kind: 'unreadable', cause: 'userinfo_endpoint' };
    const userinfo = await askUserinfo({
      url: metadata.userinfo_endpoint,
      accessToken: token,
      fetch: this.options.fetch,
      subject: active.subject,
      signed: {
        policy: { algorithms: this.options.userinfoAlgorithms ?? ['RS256', 'PS256', 'ES256'] },
        keys: this.keys,
        issuer: metadata.issuer,
        audience: this.options.client.clientId,
        required: false,
      },
    });
    if (!userinfo.ok) {
      // Refused right after an introspection that said active: revoked in between, or bound to another certificate.
      const kind =
        userinfo.kind === 'refused' ? 'inactive' : userinfo.kind === 'unreachable' ? 'unreachable' : 'unreadable';
      return { ok: false, kind, cause: `userinfo ${userinfo.cause}` };
    }
    const read = readProfessional(userinfo.claims);
    if (!read.ok) return { ok: false, kind: 'unreadable', cause: `userinfo ${read.missing}` };
    const { professional } = read;
    if (active.nationalId !== undefined && active.nationalId !== professional.nationalId)
      return { ok: false, kind: 'unreadable', cause: 'SubjectNameID' };
    return { ok: true, professional, token: active };
  }
}

/** Anything but a readable answer under HTTP 200 is "we do not know", and so no. */
const failureOf = (error: unknown): Refused => {
  const fault = HttpFault.in(error);
  if (fault)
    return { ok: false, kind: fault.kind === 'too-large' ? 'unreadable' : 'unreachable', cause: fault.message };
  const { status, code, error: oauthError } = error as { status?: unknown; code?: unknown; error?: unknown };
  if (typeof status === 'number')
    return { ok: false, kind: 'unreachable', cause: typeof oauthError === 'string' ? oauthError : `http:${status}` };
  const conform = code === 'OAUTH_RESPONSE_IS_NOT_CONFORM';
  return { ok: false, kind: conform ? 'unreachable' : 'unreadable', cause: typeof code === 'string' ? code : 'answer' };
};
