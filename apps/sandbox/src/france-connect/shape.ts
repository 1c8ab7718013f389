import { generateKeyPair, exportJWK } from 'jose';
import { sessionNamed } from '../oidc/shape.js';
import type { Addresses, ProviderShape } from '../oidc/shape.js';
import { PATIENTS } from './patients.js';

const BASE = '/api/v2';
const PATHS = {
  authorization: `${BASE}/authorize`,
  token: `${BASE}/token`,
  userinfo: `${BASE}/userinfo`,
  logout: `${BASE}/session/end`,
  certs: `${BASE}/jwks`,
} as const;
const PIVOT = ['given_name', 'family_name', 'birthdate', 'gender', 'birthplace', 'birthcountry'];
/** What the highest level a client may ask for. */
const ASKABLE = ['eidas2', 'eidas3'];

export interface FranceConnectSettings {
  /** How tokens are encrypted to the client. */
  readonly keyManagement?: 'RSA-OAEP-256' | 'ECDH-ES';
}

/** FranceConnect+ as its documentation shows it: ES256, then encryption to the client; code flow alone. */
export const franceConnectShape = async (settings: FranceConnectSettings = {}): Promise<ProviderShape> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'fc-sandbox-1' };
  const alg = settings.keyManagement ?? 'RSA-OAEP-256';
  return {
    title: 'FranceConnect+ (bac à sable)',
    issuerPath: BASE,
    discoveryPath: `${BASE}/.well-known/openid-configuration`,
    paths: PATHS,
    ownLoginHost: false,
    discovery,
    identities: PATIENTS,
    authorizationProblem,
    clientMetadata: (client) => ({
      client_id: client.clientId,
      client_secret: client.secret ?? '',
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [...client.redirectUris],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
      id_token_encrypted_response_alg: alg,
      id_token_encrypted_response_enc: 'A256GCM',
      userinfo_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: alg,
      userinfo_encrypted_response_enc: 'A256GCM',
      ...sessionNamed(client),
      ...(client.jwksUri === undefined ? { jwks: client.jwks } : { jwks_uri: client.jwksUri }),
    }),
    configuration: {
      jwks: { keys: [key] },
      acrValues: ['eidas1', ...ASKABLE],
      claims: {
        acr: null,
        amr: null,
        sid: null,
        auth_time: null,
        iss: null,
        openid: ['sub'],
        ...Object.fromEntries(PIVOT.map((claim) => [claim, [claim]])),
        identite_pivot: PIVOT,
        email: ['email'],
      },
      enabledJWA: {
        idTokenSigningAlgValues: ['ES256'],
        userinfoSigningAlgValues: ['ES256'],
        idTokenEncryptionAlgValues: ['RSA-OAEP-256', 'ECDH-ES'],
        idTokenEncryptionEncValues: ['A256GCM'],
        userinfoEncryptionAlgValues: ['RSA-OAEP-256', 'ECDH-ES'],
        userinfoEncryptionEncValues: ['A256GCM'],
      },
      features: { encryption: { enabled: true }, jwtUserinfo: { enabled: true } },
      ttl: { AccessToken: 60, AuthorizationCode: 30, IdToken: 60, Interaction: 600, Session: 1800, Grant: 1800 },
    },
  };
};

const authorizationProblem = (query: URLSearchParams): string | undefined => {
  if (query.get('response_type') !== 'code') return 'response_type doit être code';
  if (!ASKABLE.includes(query.get('acr_values') ?? '')) return 'acr_values doit être eidas2 ou eidas3';
  if (!(query.get('scope') ?? '').split(' ').includes('openid')) return 'scope doit contenir openid';
  if ((query.get('state') ?? '').length < 32) return 'state doit avoir 32 caractères';
  return (query.get('nonce') ?? '').length < 32 ? 'nonce doit avoir 32 caractères' : undefined;
};

const discovery = ({ origin, issuer }: Addresses): Record<string, unknown> => ({
  issuer,
  authorization_endpoint: `${origin}${PATHS.authorization}`,
  token_endpoint: `${origin}${PATHS.token}`,
  userinfo_endpoint: `${origin}${PATHS.userinfo}`,
  end_session_endpoint: `${origin}${PATHS.logout}`,
  jwks_uri: `${origin}${PATHS.certs}`,
  grant_types_supported: ['authorization_code'],
  response_types_supported: ['code'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['ES256'],
  id_token_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES'],
  id_token_encryption_enc_values_supported: ['A256GCM'],
  userinfo_signing_alg_values_supported: ['ES256'],
  userinfo_encryption_alg_values_supported: ['RSA-OAEP-256', 'ECDH-ES'],
  userinfo_encryption_enc_values_supported: ['A256GCM'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  scopes_supported: ['openid', ...PIVOT, 'identite_pivot', 'email'],
  acr_values_supported: ASKABLE,
  claims_parameter_supported: true,
  authorization_response_iss_parameter_supported: true,
});
