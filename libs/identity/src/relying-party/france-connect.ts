import { FC_ACR_ACCEPTED, FC_ACR_ASKED, FC_SCOPE } from '../identity-constants.js';
import type { DecryptionKey } from '../jose/token-policy.js';
import type { Pivot } from '../pivot/pivot.js';
import { readPivot } from '../pivot/pivot.js';
import { RelyingParty } from './relying-party.js';
import type { RelyingPartyOptions } from './relying-party-options.js';

export interface FranceConnectOptions extends RelyingPartyOptions {
  readonly decryptionKeys: readonly DecryptionKey[];
  readonly acrAsked?: 'eidas2' | 'eidas3';
  /** Asks for `amr`, which tells users of the European bridge. */
  readonly askAmr?: boolean;
}

/** Login of a patient by FranceConnect+: ES256, ID token and userinfo encrypted to us, substantial level at least. */
export const createFranceConnectRelyingParty = (options: FranceConnectOptions): RelyingParty<Pivot> => {
  const asked = options.acrAsked ?? FC_ACR_ASKED;
  return new RelyingParty(options, {
    scope: FC_SCOPE,
    acrAsked: asked,
    // At least the level that was asked.
    acceptedAcr: FC_ACR_ACCEPTED.slice(FC_ACR_ACCEPTED.indexOf(asked)),
    algorithms: ['ES256'],
    decryptionKeys: options.decryptionKeys,
    signedUserinfo: true,
    ...(options.askAmr === false
      ? {}
      : { extraParameters: { claims: JSON.stringify({ id_token: { amr: { essential: true } } }) } }),
    readIdentity: (claims, authentication) => {
      const read = readPivot(claims, authentication);
      return read.ok ? { ok: true, identity: read.pivot } : read;
    },
  });
};
