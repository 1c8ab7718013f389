import { randomBytes } from 'node:crypto';
import { isUid } from '../uids.js';

/** 128 random bits, as many as the 64 characters of a UID allow (PS3.5 §9.1), and never fewer than 64. */
const RANDOM_DIGITS = 38;
const LEAST_DIGITS = 20;

/** A new UID under an editor's OID, unguessable: a KOS is proof of possession. RangeError when the root leaves no room. */
export function newUid(root: string): string {
  const digits = Math.min(RANDOM_DIGITS, 64 - root.length - 1);
  if (!isUid(root) || digits < LEAST_DIGITS)
    throw new RangeError('the UID root is not valid, or longer than 43 characters');
  const first = 10n ** BigInt(digits - 1);
  // 32 bytes over at most 10^38: the bias of the modulo is under 2^-128. Adding `first` fixes the length, no leading zero.
  const random = BigInt(`0x${randomBytes(32).toString('hex')}`) % (9n * first);
  return `${root}.${first + random}`;
}
