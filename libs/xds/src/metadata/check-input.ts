import type { XdsSettings } from '../xds-settings.js';
import { ENTRY_UUID, REPLACED_ENTRY } from './entry-uuid.js';
import { nameComponent } from './hl7-types.js';
import type { DeletionInput, MetadataProblem, SubmissionInput, SubmissionSetInput } from './input.js';
import { cdaTimeToXds } from './times.js';
import type { Coded, SubmissionMetadata } from './types.js';

/** ebRIM LongName (rim.xsd): longest slot value, code or external identifier. */
const MAX_VALUE = 256;
const MAX_CODES = 200;
/** A KOS lists objects, it holds no image: some 100 bytes each. */
const MAX_KOS_BYTES = 32 * 1024 * 1024;

const OID = /^[0-2](\.(0|[1-9][0-9]*))+$/;
/** A CDA birth time may be a year alone, or carry an hour. */
const BIRTH_DATE = /^\d{4}(\d{2}){0,5}([+-]\d{4})?$/;
/** What an identifier or a code may be made of: no control character, no lone surrogate, no blank at its ends. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}\s](?:[^\p{Cc}\p{Cs}]*[^\p{Cc}\p{Cs}\s])?$/u;

class Problems {
  readonly found: MetadataProblem[] = [];

  add(field: string, problem: MetadataProblem['problem']): void {
    this.found.push({ field, problem });
  }
  required(field: string, value: string | undefined, pattern: RegExp): void {
    if (value === undefined || value === '') this.add(field, 'missing');
    else this.optional(field, value, pattern);
  }
  optional(field: string, value: string | undefined, pattern: RegExp): void {
    if (value !== undefined && !pattern.test(value)) this.add(field, 'invalid');
  }
  coded(field: string, value: Coded | undefined): void {
    this.required(field, value?.code, PRINTABLE);
    if (value) this.required(`${field}.codingScheme`, value.system, PRINTABLE);
  }
}

/** Every reason for which the DMP would refuse a submission made of this input (interop §6.4); empty when there is none. */
export function checkInput(input: SubmissionInput, settings: XdsSettings): readonly MetadataProblem[] {
  const problems = new Problems();
  const { patient, study } = input;
  problems.required('uniqueId', input.kos.sopInstanceUid, OID);
  if (input.kos.bytes.length === 0) problems.add('kos', 'missing');
  if (input.kos.bytes.length > MAX_KOS_BYTES) problems.add('kos', 'too-long');
  checkSubmissionSet(problems, input, settings);
  problems.required('signatureUniqueId', input.signatureUniqueId, OID);
  if (input.replaces !== REPLACED_ENTRY) problems.optional('replaces', input.replaces, ENTRY_UUID);

  problems.optional('sourcePatientId', patient.ipp?.value, PRINTABLE);
  problems.optional('sourcePatientId.authority', patient.ipp?.oid, PRINTABLE);
  if (nameComponent(patient.birthFamily) === '') problems.add('birthFamily', 'missing');
  problems.required('birthDate', patient.birthDate, BIRTH_DATE);

  problems.required('studyInstanceUid', study.uid, OID);
  for (const [field, identifier] of [
    ['accession', input.accession],
    ['order', input.order],
  ] as const) {
    problems.optional(field, identifier?.id, PRINTABLE);
    problems.optional(`${field}.authority`, identifier?.authority, PRINTABLE);
  }
  if (!study.start) problems.add('serviceStartTime', 'missing');
  else if (cdaTimeToXds(study.start, settings.localTimeZone) === undefined) problems.add('serviceStartTime', 'invalid');
  if (study.stop && cdaTimeToXds(study.stop, settings.localTimeZone) === undefined)
    problems.add('serviceStopTime', 'invalid');

  const codes = [...study.acts, ...study.modalities, ...study.regions];
  if (codes.length > MAX_CODES) problems.add('eventCodeList', 'too-long');
  else codes.forEach((code) => problems.coded('eventCodeList', code));
  problems.coded('healthcareFacilityTypeCode', input.facilityType);
  problems.coded('practiceSettingCode', input.practiceSetting);
  problems.required('legalAuthenticator', input.legalAuthenticator?.id, PRINTABLE);
  return problems.found;
}

/** The same for a deletion. */
export function checkDeletion(input: DeletionInput, settings: XdsSettings): readonly MetadataProblem[] {
  const problems = new Problems();
  checkSubmissionSet(problems, input, settings);
  problems.required('entryUuid', input.entryUuid, ENTRY_UUID);
  return problems.found;
}

function checkSubmissionSet(problems: Problems, input: SubmissionSetInput, settings: XdsSettings): void {
  const { ins } = input.patient;
  problems.required('submissionSetUniqueId', input.submissionSetUniqueId, OID);
  problems.required('sourceId', input.sourceId, OID);
  problems.required('patientId', ins.value, PRINTABLE);
  problems.required('patientId.authority', ins.oid, OID);
  if (settings.authorMode === 'cda') problems.optional('authorPerson', input.author?.id, PRINTABLE);
  problems.required('authorInstitution', input.structure.id, PRINTABLE);
  if (nameComponent(input.structure.name) === '') problems.add('authorInstitution.name', 'missing');
}

/** Values longer than ebRIM allows, once composed. */
export function checkLengths(metadata: SubmissionMetadata): readonly MetadataProblem[] {
  const { submissionSet } = metadata;
  const values = metadata.documents.flatMap((entry): readonly (readonly [string, string])[] => [
    ['uniqueId', entry.uniqueId],
    ['patientId', entry.patientId],
    ['sourcePatientId', entry.sourcePatientId],
    ['legalAuthenticator', entry.legalAuthenticator],
    ['authorPerson', entry.author.person],
    ['authorInstitution', entry.author.institution],
    ...entry.sourcePatientInfo.map((value) => ['sourcePatientInfo', value] as const),
    ...entry.referenceIdList.map((value) => ['referenceIdList', value] as const),
    ...[...entry.eventCodes, entry.healthcareFacilityTypeCode, entry.practiceSettingCode].flatMap((code) => [
      ['code', code.code] as const,
      ['codingScheme', code.system] as const,
    ]),
  ]);
  const setValues: readonly (readonly [string, string])[] = [
    ['submissionSetUniqueId', submissionSet.uniqueId],
    ['sourceId', submissionSet.sourceId],
    ['patientId', submissionSet.patientId],
    ['authorPerson', submissionSet.author.person],
    ['authorInstitution', submissionSet.author.institution],
  ];
  return [...values, ...setValues]
    .filter(([, value]) => value.length > MAX_VALUE)
    .map(([field]) => ({ field, problem: 'too-long' }));
}
