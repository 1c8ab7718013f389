import { createPrivateKey } from 'node:crypto';
import {
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  Configuration,
  customFetch,
  PrivateKeyJwt,
  TlsClientAuth,
} from 'openid-client';
import type { ClientAuth, CryptoKey } from 'openid-client';
import { importPKCS8 } from 'jose';
import type { HttpFetch } from '../http/identity-http.js';
import { IdentityError } from '../identity-error.js';
import type { SignatureAlgorithm } from '../jose/token-policy.js';
import type { Metadata } from './provider-metadata.js';

/** How we prove to a provider who we are. With `tls` the certificate does it (RFC 8705 §2.1): its CN is the client_id. */
export type ClientAuthentication =
  | { readonly method: 'tls_client_auth' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt';
      readonly key: string;
      readonly algorithm: SignatureAlgorithm;
      readonly kid?: string;
    };

export interface Client {
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
}

/** Makes the authentication once: a private key is read here. Throws `invalid-setting` or `invalid-key`. */
export const clientAuthentication = async ({ authentication }: Client): Promise<ClientAuth> => {
  switch (authentication.method) {
    case 'tls_client_auth':
      return TlsClientAuth();
    case 'client_secret_basic':
    case 'client_secret_post': {
      if (authentication.secret === '') throw new IdentityError('invalid-setting', 'the client secret is empty');
      const make = authentication.method === 'client_secret_basic' ? ClientSecretBasic : ClientSecretPost;
      return make(authentication.secret);
    }
    case 'private_key_jwt':
      return PrivateKeyJwt({
        key: await readKey(authentication.key, authentication.algorithm),
        ...(authentication.kid === undefined ? {} : { kid: authentication.kid }),
      });
  }
};

const readKey = async (pem: string, algorithm: SignatureAlgorithm): Promise<CryptoKey> => {
  try {
    return await importPKCS8(createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString(), algorithm);
  } catch (error) {
    throw new IdentityError('invalid-key', 'the client key cannot be read', { cause: error });
  }
};

export interface ConfigurationInput {
  readonly metadata: Metadata;
  readonly client: Client;
  readonly auth: ClientAuth;
  readonly fetch: HttpFetch;
  readonly clockSkewSeconds: number;
  /** The only signature algorithms of ID tokens. */
  readonly algorithms?: readonly SignatureAlgorithm[];
}

/** The view openid-client has of a provider: our metadata, our algorithms, our way out. */
export const configurationOf = (input: ConfigurationInput): Configuration => {
  const { metadata, client, auth, fetch, algorithms } = input;
  const server = { ...metadata, ...(algorithms && { id_token_signing_alg_values_supported: [...algorithms] }) };
  const configuration = new Configuration(server, client.clientId, { [clockTolerance]: input.clockSkewSeconds }, auth);
  configuration[customFetch] = (url, { method, headers, body, signal }) =>
    fetch(url, {
      method,
      headers,
      ...(typeof body === 'string' || body instanceof URLSearchParams ? { body: body.toString() } : {}),
      ...(signal ? { signal } : {}),
    });
  return configuration;
};
