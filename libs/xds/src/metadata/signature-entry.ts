import * as dmp from '../xds-constants.js';
import type { XdsSettings } from '../xds-settings.js';
import { xdsHash } from './kos-document-entry.js';
import { xdsTime } from './times.js';
import type { DocumentEntry, SignatureEntry } from './types.js';

export const SIGNATURE_ENTRY_ID = 'Signature01';

/**
 * DocumentEntry of the signature document (IHE DSG; interop §6.4). Patient, author, authenticator, setting and
 * references are the KOS's; it is of the instant of its signing and hidden from every reader.
 */
export function signatureEntry(
  kos: DocumentEntry,
  signature: { readonly bytes: Uint8Array; readonly uniqueId: string; readonly signedAt: Date },
  settings: XdsSettings,
): SignatureEntry {
  const time = xdsTime(signature.signedAt);
  return {
    ...kos,
    id: SIGNATURE_ENTRY_ID,
    uniqueId: signature.uniqueId,
    mimeType: dmp.SIGNATURE_MIME_TYPE,
    title: dmp.SIGNATURE_TITLE,
    comments: '',
    languageCode: dmp.SIGNATURE_LANGUAGE,
    creationTime: time,
    serviceStartTime: time,
    serviceStopTime: time,
    hash: xdsHash(signature.bytes, settings.hashCase),
    size: signature.bytes.length,
    sourcePatientId: kos.patientId,
    sourcePatientInfo: [],
    classCode: dmp.SIGNATURE_CLASS,
    typeCode: dmp.SIGNATURE_TYPE,
    formatCode: dmp.SIGNATURE_FORMAT,
    confidentialityCodes: dmp.SIGNATURE_CONFIDENTIALITY,
    eventCodes: [dmp.SIGNATURE_PURPOSE],
  };
}
