import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What a session holds (tokens, traits) is in the database encrypted (AES-256-GCM), each value bound to the row it stands in. The key
 * is a setting, or made at the start and known to this process alone.
 */
export class Sealer {
  private readonly key: Buffer;

  constructor(private readonly secret: Buffer = randomBytes(32)) {
    this.key = this.derived('seal');
  }

  seal(place: string, value: object): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** Undefined: sealed with another key, for another place, or altered. */
  open(place: string, sealed: Buffer): unknown {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, IV_BYTES)).setAAD(
        Buffer.from(place),
      );
      decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const plain = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(plain.toString('utf8'));
    } catch {
      return undefined;
    }
  }

  /** A key for one purpose. */
  derived(purpose: string): Buffer {
    return createHmac('sha256', this.secret).update(purpose).digest();
  }
}

/** Opaque, unguessable, says nothing. */
export const newId = (): string => randomBytes(24).toString('base64url');

/** Ids of sessions stand in the database by their hash: who reads it cannot take one over. */
export const hashOf = (id: string): Buffer => createHash('sha256').update(id).digest();

/** The row of a session, which its sealed value is bound to. */
export const placeOf = (hash: Buffer): string => `session ${hash.toString('hex')}`;
