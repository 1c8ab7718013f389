import { PSC_ACR_ACCEPTED, PSC_ACR_ASKED, PSC_SCOPE } from '../identity-constants.js';
import type { SignatureAlgorithm } from '../jose/token-policy.js';
import type { Professional } from '../psc/professional.js';
import { readProfessional } from '../psc/read-userinfo.js';
import { RelyingParty } from './relying-party.js';
import type { RelyingPartyOptions } from './relying-party-options.js';

export interface PscRelyingPartyOptions extends RelyingPartyOptions {
  readonly acceptedAcr?: readonly string[];
  /** Pro Santé Connect advertises nearly all that exist; these alone are taken. */
  readonly algorithms?: readonly SignatureAlgorithm[];
}

/** Login of a health professional by Pro Santé Connect. */
export const createPscRelyingParty = (options: PscRelyingPartyOptions): RelyingParty<Professional> =>
  new RelyingParty(options, {
    scope: PSC_SCOPE,
    acrAsked: PSC_ACR_ASKED,
    acceptedAcr: options.acceptedAcr ?? PSC_ACR_ACCEPTED,
    algorithms: options.algorithms ?? ['RS256', 'PS256', 'ES256'],
    signedUserinfo: false,
    readIdentity: (claims) => {
      const read = readProfessional(claims);
      return read.ok ? { ok: true, identity: read.professional } : read;
    },
  });
