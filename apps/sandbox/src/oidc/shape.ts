import type { IncomingMessage } from 'node:http';
import type { ClientMetadata, Configuration } from 'oidc-provider';
import type { Endpoint } from './faults.js';

/** Someone who can sign in at a test provider: invented, or a national test identity. */
export interface TestIdentity {
  /** OIDC subject. */
  readonly id: string;
  /** What the login page and the desk call them. */
  readonly login: string;
  readonly label: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What their authentication reaches. */
  readonly acr: string;
  readonly amr: readonly string[];
}

/** A client (fournisseur de service) of a test provider. */
export interface TestClient {
  readonly clientId: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  readonly backchannelLogoutUri?: string;
  /** Present: it authenticates with it; absent: with its certificate, whose CN is its id. */
  readonly secret?: string;
  /** Where its public encryption keys are, or the keys. */
  readonly jwksUri?: string;
  readonly jwks?: { readonly keys: readonly object[] };
}

export interface Addresses {
  /** Origin of all but the authorization endpoint. */
  readonly origin: string;
  /** Origin of the authorization endpoint: another host at Pro Santé Connect. */
  readonly loginOrigin: string;
  readonly issuer: string;
}

/** All that makes a provider look like the real one. */
export interface ProviderShape {
  readonly title: string;
  readonly issuerPath: string;
  /** Whole path of the discovery document. */
  readonly discoveryPath: string;
  /** Path of each endpoint that exists. */
  readonly paths: Readonly<Partial<Record<Endpoint, string>>>;
  /** Does the authorization endpoint have a host of its own? */
  readonly ownLoginHost: boolean;
  readonly discovery: (addresses: Addresses) => Readonly<Record<string, unknown>>;
  readonly identities: readonly TestIdentity[];
  /** What is wrong with an authorization request, beyond what oidc-provider checks. */
  readonly authorizationProblem: (query: URLSearchParams) => string | undefined;
  readonly clientMetadata: (client: TestClient) => ClientMetadata;
  readonly configuration: Configuration;
  /** The introspection answer of the real provider, made from that of oidc-provider. */
  readonly introspection?: (
    body: Readonly<Record<string, unknown>>,
    identity: TestIdentity | undefined,
  ) => Record<string, unknown>;
  /** Is this connection's certificate one a client may show? */
  readonly certificateAccepted?: (request: IncomingMessage) => boolean;
}

/** An ID token only names its session (`sid`) to a client that can be told of a logout; the real providers always do. */
export const sessionNamed = ({ backchannelLogoutUri }: TestClient): Partial<ClientMetadata> => ({
  backchannel_logout_uri: backchannelLogoutUri ?? 'https://nobody.sandbox.test/',
  backchannel_logout_session_required: true,
});
