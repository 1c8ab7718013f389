import type { XdsSettings } from '../xds-settings.js';
import { insCx, submissionAuthor } from './kos-document-entry.js';
import type { SubmissionSetInput } from './input.js';
import { xdsTime } from './times.js';
import type { Association, DocumentEntry, SubmissionSet } from './types.js';

export const SUBMISSION_SET_ID = 'SubmissionSet01';

/** The submission set of a publication or of a deletion (interop §6.4). */
export function submissionSet(input: SubmissionSetInput, settings: XdsSettings): SubmissionSet {
  const classes = settings.contentTypeByPatientClass;
  const patientClass = input.patientClass ?? '';
  return {
    id: SUBMISSION_SET_ID,
    uniqueId: input.submissionSetUniqueId,
    sourceId: input.sourceId,
    patientId: insCx(input.patient.ins),
    submissionTime: xdsTime(input.now),
    title: settings.title,
    author: submissionAuthor(input, settings),
    contentTypeCode:
      (Object.hasOwn(classes, patientClass) ? classes[patientClass] : undefined) ?? settings.defaultContentType,
  };
}

/** HasMember to both documents, `signs` from the signature, RPLC to the replaced entry (ITI TF-3 §4.2.2). */
export function submissionAssociations(
  kos: DocumentEntry,
  signature: DocumentEntry,
  replaces: string | undefined,
): readonly Association[] {
  return [
    { type: 'HasMember', source: SUBMISSION_SET_ID, target: kos.id },
    { type: 'HasMember', source: SUBMISSION_SET_ID, target: signature.id },
    { type: 'signs', source: signature.id, target: SUBMISSION_SET_ID },
    ...(replaces ? [{ type: 'RPLC', source: kos.id, target: replaces } as const] : []),
  ];
}
