import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { X509Certificate } from '@peculiar/x509';
import { generateKeyPair, exportJWK } from 'jose';
import { isClientCertificate } from '../dmp/pki.js';
import { sessionNamed } from '../oidc/shape.js';
import type { Addresses, ProviderShape } from '../oidc/shape.js';
import { PROFESSIONALS } from './professionals.js';

const REALM = '/auth/realms/esante-wallet';
const PROTOCOL = `${REALM}/protocol/openid-connect`;
const PATHS = {
  authorization: '/auth',
  token: `${PROTOCOL}/token`,
  userinfo: `${PROTOCOL}/userinfo`,
  logout: `${PROTOCOL}/logout`,
  certs: `${PROTOCOL}/certs`,
  introspection: `${PROTOCOL}/token/introspect`,
  revocation: `${PROTOCOL}/revoke`,
} as const;
const LEVELS = ['eidas1', 'eidas2', 'eidas3'];

export interface PscSettings {
  /** Seconds an access token lives: 2 min at the real one. */
  readonly accessTokenSeconds?: number;
  /** The level that is answered, whatever is asked. */
  readonly acr?: string;
}

const CLAIMS = [
  'preferred_username',
  'SubjectNameID',
  'given_name',
  'family_name',
  'email_verified',
  'SubjectRole',
  'SubjectOrganization',
  'SubjectOrganizationID',
  'Secteur_Activite',
  'Mode_Acces_Raison',
  'Acces_Regulation_Medicale',
  'Palier_Authentification',
  'PSI_Locale',
  'UITVersion',
  'otherIds',
  'SubjectRefPro',
];

/** Pro Santé Connect as its documents and published examples show it: a Keycloak realm, login on another host. */
export const pscShape = async (settings: PscSettings = {}): Promise<ProviderShape> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'psc-sandbox-1' };
  const { acr } = settings;
  return {
    title: 'Pro Santé Connect (bac à sable)',
    issuerPath: REALM,
    discoveryPath: `${REALM}/.well-known/wallet-openid-configuration`,
    paths: PATHS,
    ownLoginHost: true,
    discovery,
    identities: PROFESSIONALS.map((identity) => (acr === undefined ? identity : { ...identity, acr })),
    authorizationProblem,
    clientMetadata: (client) => ({
      client_id: client.clientId,
      redirect_uris: [...client.redirectUris],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...(client.secret === undefined
        ? { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: `CN=${client.clientId}` }
        : { token_endpoint_auth_method: 'client_secret_basic', client_secret: client.secret }),
      ...sessionNamed(client),
    }),
    certificateAccepted,
    introspection: (body, identity) => ({
      active: true,
      exp: body['exp'],
      iat: body['iat'],
      auth_time: body['auth_time'],
      jti: body['jti'] ?? body['session_state'],
      iss: body['iss'],
      sub: body['sub'],
      typ: 'Bearer',
      azp: body['client_id'],
      client_id: body['client_id'],
      session_state: body['session_state'],
      acr: body['acr'],
      scope: body['scope'],
      ...(body['nonce'] === undefined ? {} : { nonce: body['nonce'] }),
      ...(body['cnf'] === undefined ? {} : { cnf: body['cnf'] }),
      // Only of an access token: a refresh token names nobody.
      ...(identity === undefined
        ? {}
        : {
            preferred_username: identity.claims['preferred_username'],
            username: identity.claims['preferred_username'],
            SubjectNameID: identity.claims['SubjectNameID'],
          }),
    }),
    configuration: {
      jwks: { keys: [key] },
      acrValues: LEVELS,
      claims: { acr: null, sid: null, auth_time: null, iss: null, openid: ['sub'], scope_all: CLAIMS },
      issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
      rotateRefreshToken: true,
      features: {
        revocation: { enabled: true },
        // A resource server asks about the tokens of other clients.
        introspection: { enabled: true, allowedPolicy: () => true },
      },
      ttl: {
        AccessToken: settings.accessTokenSeconds ?? 120,
        AuthorizationCode: 60,
        RefreshToken: 1800,
        IdToken: settings.accessTokenSeconds ?? 120,
        Interaction: 600,
        Session: 4 * 3600,
        Grant: 4 * 3600,
      },
    },
  };
};

/** ORG AUTH_CLI: a client certificate that is no server's. */
const certificateAccepted = ({ socket }: IncomingMessage): boolean => {
  const { raw } = (socket as TLSSocket).getPeerCertificate();
  return raw !== undefined && isClientCertificate(new X509Certificate(raw));
};

const authorizationProblem = (query: URLSearchParams): string | undefined => {
  if (query.get('response_type') !== 'code') return 'response_type doit être code';
  if (query.get('acr_values') !== 'eidas1') return 'acr_values doit être eidas1';
  const scope = (query.get('scope') ?? '').split(' ');
  if (!scope.includes('openid') || !scope.includes('scope_all')) return 'scope doit contenir openid et scope_all';
  if ((query.get('state') ?? '').length < 8) return 'state manque ou est trop court';
  return (query.get('nonce') ?? '').length < 8 ? 'nonce manque ou est trop court' : undefined;
};

const discovery = ({ origin, loginOrigin, issuer }: Addresses): Record<string, unknown> => {
  const endpoints = {
    token_endpoint: `${origin}${PATHS.token}`,
    revocation_endpoint: `${origin}${PATHS.revocation}`,
    introspection_endpoint: `${origin}${PATHS.introspection}`,
  };
  return {
    issuer,
    authorization_endpoint: `${loginOrigin}${PATHS.authorization}`,
    ...endpoints,
    userinfo_endpoint: `${origin}${PATHS.userinfo}`,
    end_session_endpoint: `${origin}${PATHS.logout}`,
    jwks_uri: `${origin}${PATHS.certs}`,
    grant_types_supported: ['authorization_code', 'refresh_token'],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    // As the real one: more than anybody should take.
    id_token_signing_alg_values_supported: ['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'EdDSA'],
    token_endpoint_auth_methods_supported: [
      'private_key_jwt',
      'client_secret_basic',
      'client_secret_post',
      'tls_client_auth',
    ],
    scopes_supported: ['openid', 'scope_all'],
    acr_values_supported: LEVELS,
    code_challenge_methods_supported: ['S256'],
    tls_client_certificate_bound_access_tokens: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    authorization_response_iss_parameter_supported: true,
    mtls_endpoint_aliases: endpoints,
  };
};
