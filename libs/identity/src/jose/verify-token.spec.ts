import { createHmac, generateKeyPairSync } from 'node:crypto';
import { CompactEncrypt, CompactSign, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { loadEncryptionKeys } from './decryption-keys.js';
import type { EncryptionKeys } from './decryption-keys.js';
import { keySetOf } from './key-set.js';
import type { KeySet } from './key-set.js';
import type { TokenPolicy } from './token-policy.js';
import { verifyToken } from './verify-token.js';

const CLAIMS = { iss: 'https://op.test', sub: 'someone' };
const bytes = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('verification of a token', () => {
  let signing: CryptoKey;
  let publicKey: CryptoKey;
  let foreign: CryptoKey;
  let jwk: JWK;
  let rsa: { privateKey: CryptoKey; jwk: JWK; spki: string };
  let keys: KeySet;
  let encryption: EncryptionKeys;
  const plain: TokenPolicy = { algorithms: ['ES256'] };
  let nested: TokenPolicy;

  beforeAll(async () => {
    const [pair, other, rsaPair] = await Promise.all([
      generateKeyPair('ES256', { extractable: true }),
      generateKeyPair('ES256'),
      generateKeyPair('RS256', { extractable: true }),
    ]);
    signing = pair.privateKey;
    publicKey = pair.publicKey;
    foreign = other.privateKey;
    jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    rsa = {
      privateKey: rsaPair.privateKey,
      jwk: { ...(await exportJWK(rsaPair.publicKey)), kid: 'rsa', use: 'sig' },
      spki: await exportSPKI(rsaPair.publicKey),
    };
    keys = keySetOf([jwk, rsa.jwk]);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    encryption = await loadEncryptionKeys([privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()]);
    nested = { ...plain, decryptionKeys: encryption.decryptionKeys };
  });

  const sign = (header: object = {}, claims: object = CLAIMS, key = signing): Promise<string> =>
    new CompactSign(bytes(claims)).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key);
  /** Signs whatever header it is given. */
  const signRaw = async (header: object): Promise<string> => {
    const input = `${part(header)}.${part(CLAIMS)}`;
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signing, Buffer.from(input));
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  };
  const encrypt = (plaintext: string, header: object = {}): Promise<string> =>
    importPublic().then((key) =>
      new CompactEncrypt(Buffer.from(plaintext))
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', ...header })
        .encrypt(key),
    );
  const importPublic = (): Promise<CryptoKey> => {
    const { kty = '', n = '', e = '' } = encryption.jwks.keys[0]!;
    return crypto.subtle.importKey('jwk', { kty, n, e }, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['encrypt']);
  };
  const faultOf = async (token: string, policy = plain): Promise<string> => {
    const verified = await verifyToken(token, policy, keys);
    return verified.ok ? 'ok' : verified.fault;
  };

  it('takes a signed token, and gives its claims', async () => {
    expect(await verifyToken(await sign(), plain, keys)).toMatchObject({ ok: true, claims: CLAIMS });
  });

  it('refuses alg none, with and without a signature', async () => {
    expect(await faultOf(`${part({ alg: 'none' })}.${part(CLAIMS)}.`)).toBe('algorithm');
    expect(await faultOf(`${part({ alg: 'None', kid: 'one' })}.${part(CLAIMS)}.AAAA`)).toBe('algorithm');
  });

  it('refuses HS256 signed with the public key (RS to HS)', async () => {
    const input = `${part({ alg: 'HS256', kid: 'rsa' })}.${part(CLAIMS)}`;
    const token = `${input}.${createHmac('sha256', rsa.spki).update(input).digest('base64url')}`;
    expect(await faultOf(token, { algorithms: ['RS256', 'ES256'] })).toBe('algorithm');
  });

  it('refuses an algorithm the provider has but we did not choose', async () => {
    const token = await new CompactSign(bytes(CLAIMS))
      .setProtectedHeader({ alg: 'RS256', kid: 'rsa' })
      .sign(rsa.privateKey);
    expect(await faultOf(token)).toBe('algorithm');
    expect(await faultOf(token, { algorithms: ['RS256'] })).toBe('ok');
  });

  it('refuses a key named for another algorithm', async () => {
    const token = await new CompactSign(bytes(CLAIMS))
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(rsa.privateKey);
    expect(await faultOf(token, { algorithms: ['RS256', 'ES256'] })).toBe('unknown-key');
  });

  it.each(['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip', 'enc'])(
    'refuses the header %s, though rightly signed',
    async (name) => {
      expect(await faultOf(await signRaw({ alg: 'ES256', kid: 'one', [name]: 'https://evil.test/keys' }))).toBe(
        'header',
      );
    },
  );

  it('takes no key from the token itself', async () => {
    const { privateKey, publicKey: theirs } = await generateKeyPair('ES256', { extractable: true });
    const token = await sign({ jwk: await exportJWK(theirs) }, CLAIMS, privateKey);
    expect(await faultOf(token)).toBe('header');
  });

  it.each(['../../../dev/null', 'one\u0000', "one' OR '1'='1", 'https://evil.test/key', ''])(
    'finds no key for kid %j',
    async (kid) => {
      expect(await faultOf(await signRaw({ alg: 'ES256', kid }))).toBe('unknown-key');
    },
  );

  it('refuses a kid that is no text', async () => {
    expect(await faultOf(await signRaw({ alg: 'ES256', kid: ['one'] }))).toBe('header');
  });

  it('without kid there must be no choice', async () => {
    const token = await signRaw({ alg: 'ES256' });
    expect(await faultOf(token)).toBe('ok');
    const two = keySetOf([jwk, { ...jwk, kid: 'two' }]);
    expect(await verifyToken(token, plain, two)).toEqual({ ok: false, fault: 'unknown-key' });
  });

  it('refuses the signature of another key, and altered claims', async () => {
    expect(await faultOf(await sign({}, CLAIMS, foreign))).toBe('signature');
    const [header, , signature] = (await sign()).split('.');
    expect(await faultOf(`${header}.${part({ ...CLAIMS, sub: 'else' })}.${signature}`)).toBe('signature');
  });

  it('uses no symmetric key and no encryption key of a JWKS to verify', async () => {
    const odd = keySetOf([
      { kty: 'oct', k: 'c2VjcmV0', kid: 'one' },
      { ...jwk, use: 'enc' },
    ]);
    expect(await verifyToken(await sign(), plain, odd)).toEqual({ ok: false, fault: 'unknown-key' });
  });

  it.each(['', '.', '..', 'a.b', 'a.b.c.d', 'é.é.é', `${'x'.repeat(20_000)}.y.z`])('refuses %.20s', async (token) => {
    expect(await faultOf(token)).toBe('malformed');
  });

  it('refuses a type that is not the one expected', async () => {
    const policy: TokenPolicy = { ...plain, types: ['logout+jwt'] };
    expect(await faultOf(await sign({ typ: 'at+jwt' }), policy)).toBe('type');
    expect(await faultOf(await sign({ typ: 'Logout+JWT' }), policy)).toBe('ok');
  });

  it('refuses claims that are no object', async () => {
    const token = await new CompactSign(Buffer.from('"text"'))
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(signing);
    expect(await faultOf(token)).toBe('malformed');
  });

  describe('encrypted', () => {
    it('gives the claims, and the signed token within', async () => {
      const signed = await sign();
      expect(await verifyToken(await encrypt(signed), nested, keys)).toMatchObject({
        ok: true,
        claims: CLAIMS,
        signed,
      });
    });

    it('refuses a token that is only signed where it must be encrypted, and the other way round', async () => {
      expect(await faultOf(await sign(), nested)).toBe('not-encrypted');
      expect(await faultOf(await encrypt(await sign()))).toBe('encrypted');
    });

    it('refuses claims that are encrypted but not signed: anybody has the public key', async () => {
      expect(await faultOf(await encrypt(JSON.stringify(CLAIMS)), nested)).toBe('malformed');
      expect(await faultOf(await encrypt(`${part({ alg: 'none' })}.${part(CLAIMS)}.`), nested)).toBe('algorithm');
      expect(await faultOf(await encrypt(await encrypt(await sign())), nested)).toBe('malformed');
    });

    it('refuses zip before it inflates anything', async () => {
      const [, ...rest] = (await encrypt(await sign())).split('.');
      const header = part({ alg: 'RSA-OAEP-256', enc: 'A256GCM', zip: 'DEF' });
      expect(await faultOf([header, ...rest].join('.'), nested)).toBe('compressed');
    });

    it.each([
      [{ alg: 'RSA1_5', enc: 'A256GCM' }],
      [{ alg: 'dir', enc: 'A256GCM' }],
      [{ alg: 'ECDH-ES', enc: 'A256GCM' }],
      [{ alg: 'RSA-OAEP-256', enc: 'A128CBC-HS256' }],
    ])('refuses %j', async (header) => {
      const [, ...rest] = (await encrypt(await sign())).split('.');
      expect(await faultOf([part(header), ...rest].join('.'), nested)).toBe('algorithm');
    });

    it('refuses what another was meant to read, and what was altered', async () => {
      expect(await faultOf(await encrypt(await sign(), { kid: 'unknown' }), nested)).toBe('decryption');
      const token = await encrypt(await sign());
      expect(await faultOf(`${token.slice(0, -4)}AAAA`, nested)).toBe('decryption');
    });
  });

  it('publishes public parts only', () => {
    expect(Object.keys(encryption.jwks.keys[0]!).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('loads no weak key', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    for (const key of [weak, curve])
      await expect(loadEncryptionKeys([key.export({ type: 'pkcs8', format: 'pem' }).toString()])).rejects.toMatchObject(
        { code: 'invalid-key' },
      );
    await expect(loadEncryptionKeys(['no pem'])).rejects.toMatchObject({ code: 'invalid-key' });
  });
});
