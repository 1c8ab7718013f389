import type { TokenEndpointResponse } from 'openid-client';
import type { KeySet } from '../jose/key-set.js';
import { verifyToken } from '../jose/verify-token.js';
import type { Metadata } from '../provider/provider-metadata.js';
import { askUserinfo } from '../userinfo/ask-userinfo.js';
import { judgeIdToken } from './id-token.js';
import type { JudgedIdToken } from './id-token.js';
import { failure, tokenFailure } from './login.js';
import type { Authentication, Failure, Tokens } from './login.js';
import type { Profile } from './profile.js';
import { DEFAULT_CLOCK_SKEW_SECONDS } from './relying-party-options.js';
import type { RelyingPartyOptions } from './relying-party-options.js';

/** What is made of the answers of a token endpoint: verified tokens, then an identity. */
export class TokenResponses<Identity> {
  constructor(
    private readonly options: RelyingPartyOptions,
    private readonly profile: Profile<Identity>,
    private readonly keys: KeySet,
  ) {}

  /** Verifies the ID token of a token response with our own rules, beyond those of openid-client. */
  async accept(
    response: TokenEndpointResponse,
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
        clockSkewSeconds: this.options.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS,
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

  lifetimes(response: TokenEndpointResponse): Pick<Tokens, 'accessToken' | 'accessExpiresAt' | 'refreshToken'> {
    return {
      accessToken: response.access_token,
      // A provider that does not say how long is asked again at once.
      accessExpiresAt: this.now() + (response.expires_in ?? 0) * 1000,
      ...(response.refresh_token === undefined ? {} : { refreshToken: response.refresh_token }),
    };
  }

  /** Asks userinfo, and reads the identity in it. */
  async identify(
    metadata: Metadata,
    tokens: Tokens,
    authentication: Authentication,
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

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}
