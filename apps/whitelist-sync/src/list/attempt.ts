import type { ErrorCode } from '@drimbox/contracts';
import type { WhiteListFailure } from '@drimbox/trust';

/** Code of each reason not to take a list. */
export const CODE_OF: Readonly<Record<WhiteListFailure, ErrorCode>> = {
  markup: 'DRIM-721',
  unsigned: 'DRIM-722',
  profile: 'DRIM-721',
  digest: 'DRIM-722',
  signature: 'DRIM-722',
  signer: 'DRIM-723',
  untrusted: 'DRIM-724',
  unfit: 'DRIM-724',
  expired: 'DRIM-724',
  'not-yet-valid': 'DRIM-724',
  revoked: 'DRIM-725',
  'no-crl': 'DRIM-717',
  'stale-crl': 'DRIM-717',
  content: 'DRIM-727',
  future: 'DRIM-727',
  rollback: 'DRIM-726',
};
