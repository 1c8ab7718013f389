import { createUser } from '@nats-io/nkeys';

/** An Ed25519 key pair of a NATS user in NATS' own text form: the seed is the secret, the public key names the user. */
export interface Nkey {
  readonly seed: string;
  readonly publicKey: string;
}

export function createNkey(): Nkey {
  const pair = createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}
