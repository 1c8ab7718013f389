import type { FinishedLogin, LoginTransaction, LogoutRequest, StartedLogin, Tokens } from '@drimbox/identity';
import { randomUUID } from 'node:crypto';

/** A provider of identity as far as the portal sees one: who comes back with which state, and what was asked of it. */
export class TestParty<Identity> {
  /** Whoever signs in next. */
  identity: Identity | undefined;
  subject = 'subject';
  ends = true;
  readonly ended: string[] = [];
  logoutRequest: LogoutRequest = { ok: false, kind: 'token' };
  private states = 0;

  constructor(
    readonly name: string,
    private readonly redirectUri: string,
  ) {}

  startLogin(): Promise<StartedLogin> {
    const state = `${this.name}-${(this.states += 1)}-${randomUUID()}`;
    const { redirectUri } = this;
    const transaction: LoginTransaction = { state, nonce: 'n', codeVerifier: 'v', redirectUri, startedAt: Date.now() };
    return Promise.resolve({ ok: true, url: `https://${this.name}.test/authorize?state=${state}`, transaction });
  }

  finishLogin(callback: string, transaction: LoginTransaction): Promise<FinishedLogin<Identity>> {
    const url = new URL(callback);
    if (!callback.startsWith(`${transaction.redirectUri}?`)) return Promise.resolve({ ok: false, kind: 'callback' });
    if (url.searchParams.get('error') !== null || this.identity === undefined)
      return Promise.resolve({ ok: false, kind: 'denied' });
    const authentication = { acr: 'eidas2', amr: ['fc'] };
    return Promise.resolve({ ok: true, identity: this.identity, tokens: this.tokens(), authentication });
  }

  endSession({ idToken }: Tokens): Promise<{ ok: true } | { ok: false; kind: 'unreachable' }> {
    this.ended.push(idToken);
    return Promise.resolve(this.ends ? { ok: true } : { ok: false, kind: 'unreachable' });
  }

  verifyLogoutToken(): Promise<LogoutRequest> {
    return Promise.resolve(this.logoutRequest);
  }

  tokens(): Tokens {
    const { subject } = this;
    return {
      accessToken: `access-of-${subject}`,
      accessExpiresAt: Date.now() + 60_000,
      idToken: `id-of-${subject}`,
      subject,
      sid: `sid-of-${subject}`,
    };
  }
}
