import { importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { HttpFetch } from '../http/identity-http.js';
import { isObject, parseJsonObject } from '../json.js';

export interface WantedKey {
  readonly alg: string;
  readonly kid?: string;
}

export type FoundKey =
  | { readonly ok: true; readonly key: CryptoKey | Uint8Array }
  | { readonly ok: false; readonly kind: 'unknown-key' | 'keys-unreachable' };

/** The public signing keys of one provider. */
export interface KeySet {
  find(wanted: WantedKey): Promise<FoundKey>;
}

const KEY_TYPE: Readonly<Record<string, Partial<JWK>>> = {
  RS256: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
};
const MAX_KEYS = 32;

/** A fixed set. Symmetric keys, keys for encryption and keys named for another algorithm are never candidates. */
export const keySetOf = (keys: readonly JWK[]): KeySet => ({
  find: async ({ alg, kid }) => {
    const type = KEY_TYPE[alg];
    const candidates = keys.filter(
      (key) =>
        type !== undefined &&
        key.kty === type.kty &&
        (type.crv === undefined || key.crv === type.crv) &&
        (key.use === undefined || key.use === 'sig') &&
        (key.alg === undefined || key.alg === alg) &&
        (kid === undefined || key.kid === kid),
    );
    // A token that names no key is only verified when there is no choice.
    if (candidates.length !== 1) return { ok: false, kind: 'unknown-key' };
    try {
      return { ok: true, key: await importJWK(publicPart(candidates[0]!), alg) };
    } catch {
      return { ok: false, kind: 'unknown-key' };
    }
  },
});

const publicPart = ({ kty, n, e, crv, x, y }: JWK): JWK =>
  kty === 'RSA'
    ? { kty, ...(n && { n }), ...(e && { e }) }
    : { kty: kty ?? '', ...(crv && { crv }), ...(x && { x }), ...(y && { y }) };

export interface RemoteKeySetOptions {
  /** Asked at each fetch, since the address is part of the provider's metadata. */
  readonly url: () => Promise<string | undefined>;
  readonly fetch: HttpFetch;
  /** Seconds a set is used before it is fetched again. */
  readonly maxAgeSeconds?: number;
  /** Seconds between two fetches caused by unknown keys: a forged `kid` must not make us hammer the provider. */
  readonly cooldownSeconds?: number;
  readonly now?: () => number;
}

/** The JWKS of a provider, kept, and fetched once more when a token names a key it does not hold (rotation). */
export class RemoteKeySet implements KeySet {
  private held: { readonly keys: KeySet; readonly at: number } | undefined;
  private fetching: Promise<KeySet | undefined> | undefined;

  constructor(private readonly options: RemoteKeySetOptions) {}

  async find(wanted: WantedKey): Promise<FoundKey> {
    const fresh = this.ageSeconds() < (this.options.maxAgeSeconds ?? 600);
    const keys = fresh ? this.held?.keys : await this.refresh();
    if (keys === undefined) return { ok: false, kind: 'keys-unreachable' };
    const found = await keys.find(wanted);
    if (found.ok || this.ageSeconds() < (this.options.cooldownSeconds ?? 10)) return found;
    const renewed = await this.refresh();
    return renewed === undefined ? { ok: false, kind: 'keys-unreachable' } : renewed.find(wanted);
  }

  private ageSeconds(): number {
    return this.held === undefined ? Infinity : (this.now() - this.held.at) / 1000;
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private refresh(): Promise<KeySet | undefined> {
    this.fetching ??= this.load().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async load(): Promise<KeySet | undefined> {
    const url = await this.options.url();
    if (url === undefined) return undefined;
    try {
      const response = await this.options.fetch(url, { headers: { accept: 'application/json' } });
      const body = response.status === 200 ? parseJsonObject(await response.text()) : undefined;
      const list = body?.['keys'];
      if (!Array.isArray(list)) return undefined;
      const keys = keySetOf(list.slice(0, MAX_KEYS).filter((key): key is JWK => isObject(key)));
      this.held = { keys, at: this.now() };
      return keys;
    } catch {
      return undefined;
    }
  }
}
