import { KOS_ENTRY_ID } from '../metadata/kos-document-entry.js';
import { XDSB } from '../metadata/namespaces.js';
import { SIGNATURE_ENTRY_ID } from '../metadata/signature-entry.js';
import { ACTIONS, soapEnvelope } from '../soap/envelope.js';
import { mtomBody, xopInclude, type HttpBody } from '../soap/mtom.js';
import { element, trustedXml, type Xml } from '../xml/write.js';
import type { FrozenSubmission } from './submission.js';

const CONTENT_IDS = { kos: 'kos@drimbox', signature: 'signature@drimbox' } as const;

/** ProvideAndRegisterDocumentSet-b around the frozen metadata (ITI TF-2 §3.41.4.1); the documents stand as parts. */
export const provideAndRegisterRequest = (metadataXml: string): Xml =>
  element(
    'xds:ProvideAndRegisterDocumentSetRequest',
    { 'xmlns:xds': XDSB },
    trustedXml(metadataXml),
    element('xds:Document', { id: KOS_ENTRY_ID }, xopInclude(CONTENT_IDS.kos)),
    element('xds:Document', { id: SIGNATURE_ENTRY_ID }, xopInclude(CONTENT_IDS.signature)),
  );

/**
 * ITI-41 message: only MessageID, boundary and VIHF are new at each send.
 * @param uuid random, names message and boundary.
 */
export function provideAndRegisterMessage(
  frozen: Pick<FrozenSubmission, 'kos' | 'metadataXml' | 'signatureXml'>,
  send: { readonly to: string; readonly vihf: string; readonly uuid: string },
): HttpBody {
  const action = ACTIONS.provideAndRegister;
  const header = { to: send.to, action, messageId: `urn:uuid:${send.uuid}`, vihf: send.vihf };
  return mtomBody(
    soapEnvelope(header, provideAndRegisterRequest(frozen.metadataXml)),
    [
      { contentId: CONTENT_IDS.kos, bytes: frozen.kos },
      { contentId: CONTENT_IDS.signature, bytes: Buffer.from(frozen.signatureXml, 'utf8') },
    ],
    action,
    `drimbox-${send.uuid}`,
  );
}
