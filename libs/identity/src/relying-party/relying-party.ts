import { createHash, randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { BoundedMemory } from '../bounded-memory.js';
import { HttpFault } from '../http/http-fault.js';
import type { HttpFetch } from '../http/identity-http.js';
import { RemoteKeySet } from '../jose/key-set.js';
import { CONTENT_ENCRYPTION } from '../jose/token-policy.js';
import { verifyToken } from '../jose/verify-token.js';
import { clientAuthentication, configurationOf } from '../provider/client.js';
import type { Client } from '../provider/client.js';
import type { Metadata, ProviderMetadata } from '../provider/provider-metadata.js';
import { askUserinfo } from '../userinfo/ask-userinfo.js';
import { checkCallback } from './callback.js';
import { grantFailure } from './failures.js';
import { judgeIdToken } from './id-token.js';
import type { JudgedIdToken } from './id-token.js';
import { failure, tokenFailure } from './login.js';
import type {
  Failure,
  FinishedLogin,
  LoginTransaction,
  LogoutRequest,
  Refreshed,
  StartedLogin,
  Tokens,
} from './login.js';
import { judgeLogoutToken, LOGOUT_TOKEN_SECONDS, LOGOUT_TOKEN_TYPES } from './logout-token.js';
import type { Profile } from './profile.js';

export interface RelyingPartyOptions {
  readonly provider: ProviderMetadata;
  readonly client: Client;
  readonly fetch: HttpFetch;
  /** Registered at the provider; compared exactly. */
  readonly redirectUri: string;
  readonly clockSkewSeconds?: number;
  /** Seconds a user has to sign in. */
  readonly loginSeconds?: number;
  readonly now?: () => number;
}

const LOGIN_SECONDS = 600;
/** Concurrent requests of one user may still hold the former refresh token: they get the answer of the first. */
const REFRESH_GRACE_MS = 10_000;
const MEMORY = 10_000;

/**
 * An OpenID Connect relying party (authorization code, PKCE S256, state, nonce) for one provider, without a session of its
 * own: what lasts goes in and out as plain values. One instance per provider and client, since it keeps keys and metadata.
 */
export class RelyingParty<Identity> {
  private readonly keys: RemoteKeySet;
  private readonly usedStates: BoundedMemory<true>;
  private readonly usedLogoutTokens: BoundedMemory<true>;
  private readonly refreshes: BoundedMemory<Promise<Refreshed>>;
  private auth: Promise<oidc.ClientAuth> | undefined;

  constructor(
    private readonly options: RelyingPartyOptions,
    private readonly profile: Profile<Identity>,
  ) {
    this.usedStates = new BoundedMemory(MEMORY, this.now);
    this.usedLogoutTokens = new BoundedMemory(MEMORY, this.now);
    this.refreshes = new BoundedMemory(MEMORY, this.now);
    this.keys = new RemoteKeySet({
      url: async () => {
        const answer = await options.provider.get();
        return answer.ok ? answer.metadata.jwks_uri : undefined;
      },
      fetch: options.fetch,
      now: this.now,
    });
  }

  /** Where to send the browser, and what to keep until it comes back. */
  async startLogin(): Promise<StartedLogin> {
    const provider = await this.provider();
    if (!provider.ok) return provider;
    const { configuration } = provider;
    const transaction: LoginTransaction = {
      state: randomBytes(32).toString('base64url'),
      nonce: randomBytes(32).toString('base64url'),
      codeVerifier: oidc.randomPKCECodeVerifier(),
      redirectUri: this.options.redirectUri,
      startedAt: this.now(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      response_type: 'code',
      scope: this.profile.scope,
      acr_values: this.profile.acrAsked,
      redirect_uri: transaction.redirectUri,
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(transaction.codeVerifier),
      code_challenge_method: 'S256',
      ...this.profile.extraParameters,
    });
    return { ok: true, url: url.href, transaction };
  }

  /**
   * The browser came back to `callbackUrl` (whole, with its query). Take the transaction out of the session before this call,
   * and give the user a new session id after it.
   */
  async finishLogin(callbackUrl: string, transaction: LoginTransaction): Promise<FinishedLogin<Identity>> {
    const lifetime = (this.options.loginSeconds ?? LOGIN_SECONDS) * 1000;
    if (this.now() - transaction.startedAt >= lifetime) return failure('expired');
    const provider = await this.provider();
    if (!provider.ok) return provider;
    const { metadata, configuration } = provider;
    const callback = checkCallback(callbackUrl, transaction, metadata);
    if (!callback.ok) return callback;
    if (this.usedStates.get(transaction.state)) return failure('replayed');
    this.usedStates.set(transaction.state, true, transaction.startedAt + lifetime);

    let response: oidc.TokenEndpointResponse;
    try {
      response = await oidc.authorizationCodeGrant(configuration, callback.url, {
        expectedState: transaction.state,
        expectedNonce: transaction.nonce,
        pkceCodeVerifier: transaction.codeVerifier,
        idTokenExpected: true,
      });
    } catch (error) {
      return grantFailure(error);
    }
    const accepted = await this.accept(response, { nonce: transaction.nonce });
    if (!accepted.ok) return accepted;
    const { tokens, authentication } = accepted;
    const identity = await this.identify(metadata, tokens, authentication);
    return identity.ok ? { ok: true, identity: identity.identity, tokens, authentication } : identity;
  }

  /** Fresh tokens. Many requests at once make one refresh; an ID token that comes along must name the same user. */
  refresh(tokens: Tokens): Promise<Refreshed> {
    const { refreshToken } = tokens;
    if (refreshToken === undefined) return Promise.resolve(failure('ended', 'no-refresh-token'));
    const key = createHash('sha256').update(refreshToken).digest('base64url');
    const known = this.refreshes.get(key);
    if (known) return known;
    const refreshed = this.askRefresh(tokens, refreshToken);
    this.refreshes.set(key, refreshed, this.now() + REFRESH_GRACE_MS);
    // A failure is not shared with those who come later: the provider may answer them.
    void refreshed.then((outcome) => (outcome.ok ? undefined : this.refreshes.delete(key)));
    return refreshed;
  }

  /** Where to send the browser to end the provider's session too; undefined when the provider has no such place. */
  async logoutUrl(
    tokens: Tokens,
    to: { readonly redirectUri: string; readonly state?: string },
  ): Promise<string | undefined> {
    const provider = await this.provider();
    if (!provider.ok || provider.metadata.end_session_endpoint === undefined) return undefined;
    const url = new URL(provider.metadata.end_session_endpoint);
    url.searchParams.set('id_token_hint', tokens.idToken);
    url.searchParams.set('post_logout_redirect_uri', to.redirectUri);
    if (to.state !== undefined) url.searchParams.set('state', to.state);
    return url.href;
  }

  /** Ends the provider's session from server to server, for a session that dies without its browser. */
  async endSession(tokens: Tokens): Promise<{ readonly ok: true } | Failure<'unreachable' | 'refused'>> {
    const provider = await this.provider();
    const endpoint = provider.ok ? provider.metadata.end_session_endpoint : undefined;
    if (endpoint === undefined) return failure('unreachable', 'end_session_endpoint');
    try {
      const { status } = await this.options.fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ id_token_hint: tokens.idToken }).toString(),
      });
      if (status < 400) return { ok: true };
      return failure(status >= 500 ? 'unreachable' : 'refused', `http:${status}`);
    } catch (error) {
      return failure('unreachable', HttpFault.of(error).message);
    }
  }

  /** Judges a back-channel logout token: whose sessions must end. Each token is taken once. */
  async verifyLogoutToken(logoutToken: string): Promise<LogoutRequest> {
    const provider = await this.options.provider.get();
    if (!provider.ok) return failure('unreachable', provider.cause);
    const { algorithms } = this.profile;
    const verified = await verifyToken(logoutToken, { algorithms, types: LOGOUT_TOKEN_TYPES }, this.keys);
    if (!verified.ok)
      return verified.fault === 'keys-unreachable'
        ? failure('unreachable', verified.fault)
        : failure('token', verified.fault);
    const { issuer } = provider.metadata;
    const rules = { issuer, clientId: this.options.client.clientId, clockSkewSeconds: this.skew };
    const judged = judgeLogoutToken(verified.claims, rules, this.now());
    if (!judged.ok) return judged;
    const jti = String(verified.claims['jti']);
    if (this.usedLogoutTokens.get(jti)) return failure('replayed');
    this.usedLogoutTokens.set(jti, true, this.now() + 2 * LOGOUT_TOKEN_SECONDS * 1000);
    return judged;
  }

  private readonly now = (): number => (this.options.now ?? Date.now)();

  private get skew(): number {
    return this.options.clockSkewSeconds ?? 30;
  }

  private async provider(): Promise<
    | { readonly ok: true; readonly metadata: Metadata; readonly configuration: oidc.Configuration }
    | Failure<'unreachable' | 'unreadable'>
  > {
    const answer = await this.options.provider.get();
    if (!answer.ok) return failure(answer.kind === 'unreachable' ? 'unreachable' : 'unreadable', answer.cause);
    const { client, fetch } = this.options;
    this.auth ??= clientAuthentication(client);
    const { algorithms, decryptionKeys } = this.profile;
    const { metadata } = answer;
    const auth = await this.auth;
    const configuration = configurationOf({ metadata, client, auth, fetch, clockSkewSeconds: this.skew, algorithms });
    if (decryptionKeys) oidc.enableDecryptingResponses(configuration, [CONTENT_ENCRYPTION], ...decryptionKeys);
    return { ok: true, metadata, configuration };
  }

  private async askRefresh(former: Tokens, refreshToken: string): Promise<Refreshed> {
    const provider = await this.provider();
    if (!provider.ok) return provider;
    let response: oidc.TokenEndpointResponse;
    try {
      response = await oidc.refreshTokenGrant(provider.configuration, refreshToken);
    } catch (error) {
      const { kind, cause } = grantFailure(error);
      if (kind === 'code') return failure('ended', cause);
      return failure(kind === 'unreachable' || kind === 'unreadable' || kind === 'client' ? kind : 'id-token', cause);
    }
    if (response.id_token === undefined) {
      const { idToken, subject, sid } = former;
      const kept = { refreshToken, idToken, subject, ...(sid && { sid }) };
      return { ok: true, tokens: { ...kept, ...this.lifetimes(response) } };
    }
    const accepted = await this.accept(response, { subject: former.subject });
    if (!accepted.ok) {
      const { kind, cause } = accepted;
      return kind === 'unreachable' ? failure(kind, cause) : failure('id-token', cause ?? kind);
    }
    return { ok: true, tokens: { refreshToken, ...accepted.tokens } };
  }

  /** Verifies the ID token of a token response with our own rules, beyond those of openid-client. */
  private async accept(
    response: oidc.TokenEndpointResponse,
    expected: { readonly nonce?: string; readonly subject?: string },
  ): Promise<
    | (Extract<JudgedIdToken, { ok: true }> & { readonly tokens: Tokens })
    | Failure<'unreachable' | 'id-token' | 'nonce' | 'acr'>
  > {
    const { algorithms, decryptionKeys, acceptedAcr } = this.profile;
    const policy = { algorithms, ...(decryptionKeys && { decryptionKeys }) };
    const verified = await verifyToken(response.id_token ?? '', policy, this.keys);
    if (!verified.ok) return tokenFailure(verified.fault);
    const provider = await this.options.provider.get();
    if (!provider.ok) return failure('unreachable', provider.cause);
    const judged = judgeIdToken(
      verified.claims,
      {
        issuer: provider.metadata.issuer,
        clientId: this.options.client.clientId,
        acceptedAcr,
        clockSkewSeconds: this.skew,
        accessToken: response.access_token,
        ...expected,
      },
      this.now(),
    );
    if (!judged.ok) return judged;
    const { subject, sid } = judged;
    return {
      ...judged,
      tokens: { idToken: verified.signed, subject, ...(sid && { sid }), ...this.lifetimes(response) },
    };
  }

  private lifetimes(
    response: oidc.TokenEndpointResponse,
  ): Pick<Tokens, 'accessToken' | 'accessExpiresAt' | 'refreshToken'> {
    return {
      accessToken: response.access_token,
      // A provider that does not say how long is asked again at once.
      accessExpiresAt: this.now() + (response.expires_in ?? 0) * 1000,
      ...(response.refresh_token === undefined ? {} : { refreshToken: response.refresh_token }),
    };
  }

  private async identify(
    metadata: Metadata,
    tokens: Tokens,
    authentication: Parameters<Profile<Identity>['readIdentity']>[1],
  ): Promise<{ readonly ok: true; readonly identity: Identity } | Failure<'unreachable' | 'userinfo' | 'subject'>> {
    if (metadata.userinfo_endpoint === undefined) return failure('userinfo', 'userinfo_endpoint');
    const { algorithms, decryptionKeys, signedUserinfo, readIdentity } = this.profile;
    const answer = await askUserinfo({
      url: metadata.userinfo_endpoint,
      accessToken: tokens.accessToken,
      fetch: this.options.fetch,
      subject: tokens.subject,
      signed: {
        policy: { algorithms, ...(decryptionKeys && { decryptionKeys }) },
        keys: this.keys,
        issuer: metadata.issuer,
        audience: this.options.client.clientId,
        required: signedUserinfo,
      },
    });
    if (!answer.ok) {
      if (answer.kind === 'other-subject') return failure('subject', answer.cause);
      return failure(answer.kind === 'unreachable' ? 'unreachable' : 'userinfo', answer.cause);
    }
    const read = readIdentity(answer.claims, authentication);
    return read.ok ? read : failure('subject', read.missing);
  }
}
