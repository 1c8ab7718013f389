import type { TokenFault } from '../jose/token-policy.js';

/** What must survive between the two halves of a login: kept in the server's session, never in the browser's hands. */
export interface LoginTransaction {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Tokens of one user. They stay on the server: none is ever given to a browser. */
export interface Tokens {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly accessExpiresAt: number;
  readonly refreshToken?: string;
  /** The signed ID token, decrypted: what a logout hints with. */
  readonly idToken: string;
  readonly subject: string;
  /** The provider's session, to which a back-channel logout refers. */
  readonly sid?: string;
}

/** What the verified ID token said of the authentication. */
export interface Authentication {
  readonly acr: string;
  readonly amr: readonly string[];
  /** Seconds since 1970. */
  readonly authTime?: number;
}

export type LoginFailure =
  /** The transaction is too old, or its callback was used already. */
  | 'expired'
  | 'replayed'
  /** Not the answer to our question: state, issuer (mix-up) or address differ. */
  | 'state'
  | 'issuer'
  | 'callback'
  /** The user or the provider said no. */
  | 'denied'
  /** The code, or our own credentials, were refused. */
  | 'code'
  | 'client'
  | 'unreachable'
  | 'unreadable'
  | 'id-token'
  | 'nonce'
  | 'acr'
  /** Userinfo is about somebody else, or names nobody. */
  | 'subject'
  | 'userinfo';

export interface Failure<Kind extends string> {
  readonly ok: false;
  readonly kind: Kind;
  /** Name of a claim, of an error or of a fault: may be logged. */
  readonly cause?: string;
}

export type StartedLogin =
  | { readonly ok: true; readonly url: string; readonly transaction: LoginTransaction }
  | Failure<'unreachable' | 'unreadable'>;

export type FinishedLogin<Identity> =
  | { readonly ok: true; readonly identity: Identity; readonly tokens: Tokens; readonly authentication: Authentication }
  | Failure<LoginFailure>;

/** `ended`: the session is over at the provider, the user must sign in again. */
export type Refreshed =
  | { readonly ok: true; readonly tokens: Tokens }
  | Failure<'ended' | 'client' | 'unreachable' | 'unreadable' | 'id-token'>;

export type LogoutRequest =
  | { readonly ok: true; readonly subject?: string; readonly sid?: string }
  | Failure<'token' | 'replayed' | 'unreachable'>;

export const failure = <Kind extends string>(kind: Kind, cause?: string): Failure<Kind> => ({
  ok: false,
  kind,
  ...(cause === undefined ? {} : { cause }),
});

/** Our fault (keys away) or the token's. */
export const tokenFailure = (fault: TokenFault): Failure<'unreachable' | 'id-token'> =>
  fault === 'keys-unreachable' ? failure('unreachable', fault) : failure('id-token', fault);
