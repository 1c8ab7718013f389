import type { HttpFetch } from '../http/identity-http.js';
import type { Client } from '../provider/client.js';
import type { ProviderMetadata } from '../provider/provider-metadata.js';

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

export const DEFAULT_CLOCK_SKEW_SECONDS = 30;
