import { createHash, randomBytes } from 'node:crypto';
import * as oidc from 'openid-client';
import { BoundedMemory } from '../bounded-memory.js';
import { HttpFault } from '../http/http-fault.js';
import { RemoteKeySet } from '../jose/key-set.js';
import { CONTENT_ENCRYPTION } from '../jose/token-policy.js';
import { verifyToken } from '../jose/verify-token.js';
import { clientAuthentication, configurationOf } from '../provider/client.js';
import type { Metadata } from '../provider/provider-metadata.js';
import { checkCallback } from './callback.js';
import { grantFailure } from './failures.js';
import { failure } from './login.js';
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
import { DEFAULT_CLOCK_SKEW_SECONDS } from './relying-party-options.js';
import type { RelyingPartyOptions } from './relying-party-options.js';
import { TokenResponses } from './token-responses.js';

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
  private readonly responses: TokenResponses<Identity>;
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
    this.responses = new TokenResponses(options, profile, this.keys);
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
    const accepted = await this.responses.accept(response, { nonce: transaction.nonce });
    if (!accepted.ok) return accepted;
    const { tokens, authentication } = accepted;
    const identity = await this.responses.identify(metadata, tokens, authentication);
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
    const { algorithms, decryptionKeys } = this.profile;
    const verified = await verifyToken(
      logoutToken,
      { algorithms, types: LOGOUT_TOKEN_TYPES, ...(decryptionKeys && { decryptionKeys }) },
      this.keys,
    );
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
    return this.options.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS;
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
      return { ok: true, tokens: { ...kept, ...this.responses.lifetimes(response) } };
    }
    const accepted = await this.responses.accept(response, { subject: former.subject });
    if (!accepted.ok) {
      const { kind, cause } = accepted;
      return kind === 'unreachable' ? failure(kind, cause) : failure('id-token', cause ?? kind);
    }
    return { ok: true, tokens: { refreshToken, ...accepted.tokens } };
  }
}
