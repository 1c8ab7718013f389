import { compactDecrypt, compactVerify } from 'jose';
import { MAX_TOKEN_CHARS } from '../identity-constants.js';
import { parseJsonObject } from '../json.js';
import type { JsonObject } from '../json.js';
import type { KeySet } from './key-set.js';
import {
  CONTENT_ENCRYPTION,
  encryptedHeaderFault,
  signedHeaderFault,
  type DecryptionKey,
  type TokenFault,
  type TokenPolicy,
} from './token-policy.js';

export type VerifiedToken =
  | {
      readonly ok: true;
      readonly claims: JsonObject;
      /** The signed token, decrypted: what an `id_token_hint` is. */ readonly signed: string;
    }
  | { readonly ok: false; readonly fault: TokenFault };

const no = (fault: TokenFault): { readonly ok: false; readonly fault: TokenFault } => ({ ok: false, fault });

/**
 * Decrypts (when the policy says so) and verifies a compact token with the keys of one provider. Headers are judged before
 * any cryptography. Claims are only those of a verified token; what they must say is for the caller to check.
 */
export const verifyToken = async (compact: string, policy: TokenPolicy, keys: KeySet): Promise<VerifiedToken> => {
  const signed = await unwrap(compact, policy);
  if (!signed.ok) return signed;
  const header = headerOf(signed.token, 3);
  if (header === undefined) return no('malformed');
  const fault = signedHeaderFault(header, policy);
  if (fault) return no(fault);

  const found = await keys.find({
    alg: String(header['alg']),
    ...(typeof header['kid'] === 'string' ? { kid: header['kid'] } : {}),
  });
  if (!found.ok) return no(found.kind);
  try {
    const { payload } = await compactVerify(signed.token, found.key, { algorithms: [...policy.algorithms] });
    const claims = parseJsonObject(Buffer.from(payload).toString('utf8'));
    return claims ? { ok: true, claims, signed: signed.token } : no('malformed');
  } catch {
    return no('signature');
  }
};

const unwrap = async (
  compact: string,
  { decryptionKeys }: TokenPolicy,
): Promise<{ readonly ok: true; readonly token: string } | { readonly ok: false; readonly fault: TokenFault }> => {
  if (compact.length > MAX_TOKEN_CHARS * 2) return no('malformed');
  const parts = compact.split('.').length;
  if (decryptionKeys === undefined) return parts === 5 ? no('encrypted') : { ok: true, token: compact };
  if (parts === 3) return no('not-encrypted');
  const header = headerOf(compact, 5);
  if (header === undefined) return no('malformed');
  const fault = encryptedHeaderFault(header, decryptionKeys);
  if (fault) return no(fault);
  const key = chooseKey(decryptionKeys, header);
  if (key === undefined) return no('decryption');
  try {
    const { plaintext } = await compactDecrypt(compact, key.key, {
      keyManagementAlgorithms: [key.alg],
      contentEncryptionAlgorithms: [CONTENT_ENCRYPTION],
    });
    return { ok: true, token: Buffer.from(plaintext).toString('ascii') };
  } catch {
    return no('decryption');
  }
};

const chooseKey = (keys: readonly DecryptionKey[], header: JsonObject): DecryptionKey | undefined => {
  const candidates = keys.filter(
    ({ alg, kid }) => alg === header['alg'] && (header['kid'] === undefined || header['kid'] === kid),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
};

const headerOf = (compact: string, parts: number): JsonObject | undefined => {
  const segments = compact.split('.');
  if (segments.length !== parts || !segments.every((segment) => /^[A-Za-z0-9_-]*$/.test(segment))) return undefined;
  return parseJsonObject(Buffer.from(segments[0]!, 'base64url').toString('utf8'));
};
