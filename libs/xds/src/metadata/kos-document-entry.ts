import { createHash } from 'node:crypto';
import * as dmp from '../xds-constants.js';
import type { XdsSettings } from '../xds-settings.js';
import { cx, nameComponent, personXcn, referenceId, structureXon, systemXcn } from './hl7-types.js';
import type { SubmissionInput, SubmissionPatient, SubmissionSetInput } from './input.js';
import { cdaTimeToXds, xdsTime } from './times.js';
import type { Author, Coded, DocumentEntry } from './types.js';

export const KOS_ENTRY_ID = 'DocumentKOS';

/** SHA-1 in hexadecimal, as XDS defines the hash (ITI TF-3 §4.2.3.2.10); no security rests on it. */
export const xdsHash = (bytes: Uint8Array, hashCase: XdsSettings['hashCase']): string => {
  const hash = createHash('sha1').update(bytes).digest('hex');
  return hashCase === 'upper' ? hash.toUpperCase() : hash;
};

/** patientId of every object of the submission: the INS as a CX of type NH. */
export const insCx = (ins: SubmissionPatient['ins']): string => cx({ id: ins.value, authority: ins.oid }, 'NH');

/** Author of entries and submission set. The institution is always the chosen structure, whoever the person is. */
export function submissionAuthor(input: SubmissionSetInput, settings: XdsSettings): Author {
  const { system } = settings;
  const person =
    settings.authorMode === 'cda' && input.author
      ? personXcn(input.author)
      : systemXcn(`${input.structure.id}/${system.localId}`, system.name, system.vendor);
  return { person, institution: structureXon(input.structure) };
}

/** The IPP, or the INS for a patient without one (drimbox-rules §6.3). */
const sourcePatientId = ({ ins, ipp }: SubmissionPatient): string =>
  cx(ipp ? { id: ipp.value, authority: ipp.oid } : { id: ins.value, authority: ins.oid }, 'PI');

const pid5 = (family: string, given: string, type: 'L' | 'D'): string =>
  `PID-5|${nameComponent(family)}^${nameComponent(given)}^^^^^${type}`;

/** PID-5 legal name (L) and, when the report has one, used name (D); PID-7; PID-8. */
function sourcePatientInfo(patient: SubmissionPatient): readonly string[] {
  const birthGiven = patient.firstBirthGiven ?? patient.birthGivens[0] ?? '';
  return [
    pid5(patient.birthFamily, birthGiven, 'L'),
    ...(patient.usedFamily ? [pid5(patient.usedFamily, patient.usedGiven ?? birthGiven, 'D')] : []),
    `PID-7|${/^\d{4,8}/.exec(patient.birthDate)?.[0] ?? ''}`,
    `PID-8|${patient.sex}`,
  ];
}

function eventCodes({ study }: SubmissionInput, settings: XdsSettings): readonly Coded[] {
  const scheme = settings.eventCodeScheme;
  const all = [
    ...study.acts,
    ...study.modalities.map((code) => ({ ...code, system: dmp.MODALITY_SCHEME[scheme] })),
    ...study.regions.map((code) => ({ ...code, system: dmp.REGION_SCHEME[scheme] })),
  ];
  return [...new Map(all.map((code) => [`${code.code} ${code.system}`, code])).values()];
}

function confidentialityCodes({ visibility }: SubmissionInput): readonly Coded[] {
  return [
    dmp.NORMAL,
    ...(visibility.masquePs ? [dmp.MASQUE_PS] : []),
    ...(visibility.invisiblePatient ? [dmp.INVISIBLE_PATIENT] : []),
    ...(visibility.invisibleRepresentants ? [dmp.INVISIBLE_REPRESENTANTS] : []),
  ];
}

/** CXi of accession number, Study UID and order, in the samples' order; also copied to the signature's entry. */
function referenceIdList(input: SubmissionInput, settings: XdsSettings): readonly string[] {
  const study = { id: input.study.uid, authority: settings.studyUidAuthority ?? undefined };
  return [
    ...(input.accession ? [referenceId(input.accession, 'accession')] : []),
    referenceId(study, 'study'),
    ...(input.order ? [referenceId(input.order, 'order')] : []),
  ];
}

const NOT_CHECKED: Coded = { code: '', system: '' };

/** DocumentEntry of a KOS (interop §6.4, drimbox-rules §6.3). The input has passed `checkInput`. */
export function kosDocumentEntry(input: SubmissionInput, settings: XdsSettings): DocumentEntry {
  const { study, patient } = input;
  const stop = study.stop && cdaTimeToXds(study.stop, settings.localTimeZone);
  return {
    id: KOS_ENTRY_ID,
    uniqueId: input.kos.sopInstanceUid,
    patientId: insCx(patient.ins),
    mimeType: dmp.KOS_MIME_TYPE,
    title: settings.title,
    comments: settings.comments,
    languageCode: dmp.KOS_LANGUAGE,
    creationTime: xdsTime(input.kos.createdAt),
    serviceStartTime: cdaTimeToXds(study.start ?? '', settings.localTimeZone) ?? '',
    ...(stop ? { serviceStopTime: stop } : {}),
    hash: xdsHash(input.kos.bytes, settings.hashCase),
    size: input.kos.bytes.length,
    sourcePatientId: sourcePatientId(patient),
    sourcePatientInfo: sourcePatientInfo(patient),
    legalAuthenticator: personXcn(input.legalAuthenticator ?? { id: '' }),
    referenceIdList: referenceIdList(input, settings),
    author: submissionAuthor(input, settings),
    classCode: dmp.KOS_CLASS,
    typeCode: dmp.KOS_TYPE,
    formatCode: dmp.KOS_FORMAT,
    healthcareFacilityTypeCode: input.facilityType ?? NOT_CHECKED,
    practiceSettingCode: input.practiceSetting ?? NOT_CHECKED,
    confidentialityCodes: confidentialityCodes(input),
    eventCodes: eventCodes(input, settings),
  };
}
