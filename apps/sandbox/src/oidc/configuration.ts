import type { IncomingMessage } from 'node:http';
import { X509Certificate } from 'node:crypto';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Fault } from './faults.js';
import { bend } from './faults.js';
import { certificateOf } from './listener.js';
import type { ProviderShape, TestIdentity } from './shape.js';
import type { OidcStore } from './store.js';

export interface ConfigurationInput {
  readonly shape: ProviderShape;
  readonly store: OidcStore;
  /** The fault a request met, if any. */
  readonly faultOf: (request: IncomingMessage) => Fault | undefined;
  /** Trusted when the provider calls a client. */
  readonly authorities: string;
}

/** Lifetimes are those of the shape; what both providers share is here. */
export const configurationOf = ({ shape, store, faultOf, authorities }: ConfigurationInput): Configuration => {
  const agent = new Agent({ connect: { ca: authorities } });
  const paths = shape.paths;
  const one = shape.configuration;
  return {
    ...one,
    adapter: store.adapter,
    clientAuthMethods: ['tls_client_auth', 'client_secret_basic', 'client_secret_post'],
    pkce: { required: () => false },
    scopes: scopesOf(shape),
    routes: {
      authorization: paths.authorization,
      token: paths.token,
      userinfo: paths.userinfo,
      jwks: paths.certs,
      introspection: paths.introspection,
      revocation: paths.revocation,
    },
    cookies: { keys: ['sandbox'] },
    fetch: async (url, options) => {
      const { method, headers, body, signal } = options as RequestInit;
      const answer = await undiciFetch(url as string, {
        dispatcher: agent,
        redirect: 'manual',
        ...(method === undefined ? {} : { method }),
        headers: Object.fromEntries(new Headers(headers).entries()),
        ...(body === undefined || body === null ? {} : { body: (body as URLSearchParams).toString() }),
        ...(signal ? { signal } : {}),
      });
      const content = await answer.arrayBuffer();
      return new Response(answer.status === 204 ? null : content, {
        status: answer.status,
        headers: { 'content-type': answer.headers.get('content-type') ?? '' },
      });
    },
    findAccount: (ctx, sub) => {
      const identity = shape.identities.find(({ id }) => id === sub);
      if (identity === undefined) return undefined;
      return { accountId: sub, claims: () => ({ sub, ...bend({ ...identity.claims }, faultOf(ctx.req)) }) };
    },
    // What is asked is granted: consent is not what is tested here.
    loadExistingGrant: async (ctx) => {
      const { client, session, params, provider, requestParamClaims } = ctx.oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(typeof params?.['scope'] === 'string' ? params['scope'] : 'openid');
      grant.addOIDCClaims([...requestParamClaims]);
      await grant.save();
      return grant;
    },
    interactions: { url: (_ctx, interaction) => `/connexion/${interaction.uid}` },
    extraTokenClaims: (ctx, token) => authenticationOf(ctx) ?? token.extra,
    features: {
      ...one.features,
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      backchannelLogout: { enabled: true },
      claimsParameter: { enabled: true },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        certificateBoundAccessTokens: true,
        getCertificate: (ctx) => {
          const shown = certificateOf(ctx.req);
          return shown && new X509Certificate(shown.raw);
        },
        certificateAuthorized: (ctx) =>
          certificateOf(ctx.req)?.distrust === undefined && (shape.certificateAccepted?.(ctx.req) ?? true),
        certificateSubjectMatches: (ctx, _property, expected) =>
          `CN=${certificateOf(ctx.req)?.commonName}` === expected,
      },
    },
  };
};

/** What a token remembers of the authentication, for its introspection. */
const authenticationOf = (ctx: KoaContextWithOIDC | undefined): Record<string, unknown> | undefined => {
  if (ctx === undefined) return undefined; // made at the desk, which says it itself
  const { AuthorizationCode: code, RefreshToken: refresh } = ctx.oidc.entities;
  const source = code ?? refresh;
  return { acr: source?.acr, auth_time: source?.authTime, nonce: source?.nonce, session_state: source?.sid };
};

/** The scopes of a shape: the claims that are lists; the others are in every token. */
export const scopesOf = ({ configuration }: ProviderShape): string[] =>
  Object.entries(configuration.claims ?? {})
    .filter(([, claims]) => Array.isArray(claims))
    .map(([scope]) => scope);

export const identityOf = (shape: ProviderShape, login: string): TestIdentity | undefined =>
  shape.identities.find((identity) => identity.login === login);
