import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { tokenIntrospection } from 'openid-client';
import { clientAuthentication, configurationOf } from './client.js';
import type { Client } from './client.js';

const metadata = { issuer: 'https://op.test', introspection_endpoint: 'https://op.test/introspect' };

describe('authentication of a client', () => {
  const sent = async (
    authentication: Client['authentication'],
  ): Promise<{ form: URLSearchParams; authorization?: string }> => {
    const client = { clientId: 'us', authentication };
    let form = new URLSearchParams();
    let authorization: string | undefined;
    const configuration = configurationOf({
      metadata,
      client,
      auth: await clientAuthentication(client),
      clockSkewSeconds: 30,
      fetch: async (_url, request) => {
        form = new URLSearchParams(request?.body);
        authorization = new Headers(request?.headers).get('authorization') ?? undefined;
        return new Response('{"active":false}', { headers: { 'content-type': 'application/json' } });
      },
    });
    await tokenIntrospection(configuration, 'token');
    return { form, ...(authorization && { authorization }) };
  };

  it('by certificate names the client and holds no secret', async () => {
    const { form, authorization } = await sent({ method: 'tls_client_auth' });
    expect(Object.fromEntries(form)).toEqual({ token: 'token', client_id: 'us' });
    expect(authorization).toBeUndefined();
  });

  it('by secret, in the header or in the form', async () => {
    const secret = 'secret-of-a-test';
    expect((await sent({ method: 'client_secret_basic', secret })).authorization).toMatch(/^Basic /);
    expect((await sent({ method: 'client_secret_post', secret })).form.get('client_secret')).toBe(secret);
  });

  it('by a signed assertion', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const { form } = await sent({ method: 'private_key_jwt', key, algorithm: 'ES256', kid: 'k1' });
    const assertion = form.get('client_assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'ES256', kid: 'k1' });
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'us', sub: 'us' });
  });

  it('refuses an empty secret and an unreadable key', async () => {
    const auth = (authentication: Client['authentication']): Promise<unknown> =>
      clientAuthentication({ clientId: 'us', authentication });
    await expect(auth({ method: 'client_secret_basic', secret: '' })).rejects.toMatchObject({
      code: 'invalid-setting',
    });
    await expect(auth({ method: 'private_key_jwt', key: 'no pem', algorithm: 'ES256' })).rejects.toMatchObject({
      code: 'invalid-key',
    });
  });
});
