import { ACTIONS, soapEnvelope } from '../soap/envelope.js';
import { plainBody, type HttpBody } from '../soap/mtom.js';
import { trustedXml } from '../xml/write.js';
import type { Deletion } from './deletion.js';

/**
 * ITI-57 message (XDS Metadata Update §3.57.4.1.2): a SubmitObjectsRequest, without attachment.
 * @param uuid random, names the message.
 */
export function updateDocumentSetMessage(
  deletion: Pick<Deletion, 'metadataXml'>,
  send: { readonly to: string; readonly vihf: string; readonly uuid: string },
): HttpBody {
  const action = ACTIONS.updateDocumentSet;
  const header = { to: send.to, action, messageId: `urn:uuid:${send.uuid}`, vihf: send.vihf };
  return plainBody(soapEnvelope(header, trustedXml(deletion.metadataXml)), action);
}
