import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;

/** Bytes that a record takes on disk beyond its own. */
export const SEAL_BYTES = TAG_BYTES;

/**
 * Seals what goes to disk under a key that exists in this process only: what it leaves behind can be read by nobody, and
 * what comes back changed is not taken. A record's number, never used twice, is its nonce; it also says which record it is.
 */
export class RecordCipher {
  private last = 0n;

  constructor(readonly key: Uint8Array = randomBytes(32)) {}

  nextNumber(): bigint {
    this.last += 1n;
    return this.last;
  }

  /** Ciphertext and its tag, to be written one after the other. */
  seal(number: bigint, plain: readonly Uint8Array[]): readonly Buffer[] {
    const cipher = createCipheriv(ALGORITHM, this.key, nonceOf(number));
    const sealed = plain.map((part) => cipher.update(part));
    cipher.final();
    return [...sealed, cipher.getAuthTag()];
  }

  /** Throws when the bytes are not those that were sealed under that number. */
  open(number: bigint, sealed: Buffer): Buffer {
    const decipher = createDecipheriv(ALGORITHM, this.key, nonceOf(number), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
    decipher.final();
    return plain;
  }
}

function nonceOf(number: bigint): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(number, 4);
  return nonce;
}
