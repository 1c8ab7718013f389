import { DatasetError } from '../dataset/dataset-error.js';
import { part10Head } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { characterCount, cleanText, cutToVr, type TextSize, utf8Size } from '../dataset/text.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { isUid, SopClass, TransferSyntax } from '../uids.js';
import { chooseCharset, type KosCharset, textsOf } from './choose-charset.js';
import { institutionName } from './institution-name.js';
import { FIRST_INSTANCE_NUMBER, insIssuer, KEY_OBJECT_FLAG, KOS_SERIES_NUMBER, TITLE_MEANING } from './kos-facts.js';
import type { KosIdentifier, KosInput, KosOrder, KosPatient } from './kos-input.js';
import { contentSequence, type Describe, evidenceSequence } from './kos-references.js';
import { localTime } from './local-time.js';
import { otherPatientNames, patientName } from './person-names.js';

export interface KosOptions {
  /** Explicit VR Little Endian unless set; consumers accept both. */
  readonly transferSyntax?: typeof TransferSyntax.ExplicitLittleEndian | typeof TransferSyntax.ImplicitLittleEndian;
  /** Forces the character set; a text that does not fit it is then a DatasetError `charset`. */
  readonly charset?: KosCharset;
}

/** A code of the DICOM ontology (PS3.16). */
const dcm = (value: string, meaning: string): readonly Attributes[] => [
  { [Tag.CodeValue]: value, [Tag.CodingSchemeDesignator]: 'DCM', [Tag.CodeMeaning]: meaning },
];

/** An assigning authority (PS3.3 Table 10-17); none when the identifier has no OID. */
const authority = (oid: string | undefined): readonly Attributes[] | undefined =>
  oid !== undefined && isUid(oid) ? [{ [Tag.UniversalEntityID]: oid, [Tag.UniversalEntityIDType]: 'ISO' }] : undefined;

/** DICOM counts characters, but some validators (dciodvfy) count the bytes of UTF-8: descriptions satisfy both. */
const sizeIn = (charset: KosCharset): TextSize => (charset === 'ISO_IR 192' ? utf8Size : characterCount);

const DATE = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?$/;
const fitting = (text: string, form: RegExp): string => (form.test(text) ? text : '');

/**
 * Builds a Key Object Selection manifest as a DICOM file (drimbox-rules §3.2, PS3.3 §A.35.4, TID 2010).
 * Throws DatasetError, without any value in its message, when an identifier or UID cannot be written or nothing is referenced.
 */
export function buildKos(input: KosInput, options: KosOptions = {}): Buffer {
  check(input);
  const transferSyntax = options.transferSyntax ?? TransferSyntax.ExplicitLittleEndian;
  const charset = options.charset ?? chooseCharset(textsOf(input));
  const dataset = writeDataset(kosAttributes(input, charset), transferSyntax);
  const head = part10Head({ sopClass: SopClass.KeyObjectSelection, sopInstance: input.sopInstanceUid, transferSyntax });
  return Buffer.concat([head, dataset]);
}

function check({ sopInstanceUid, seriesUid, patient, study, series, keyObjects = [] }: KosInput): void {
  if (patient.ins.value === '') throw new DatasetError('value', 'no INS', Tag.PatientID);
  if (series.length === 0 || series.some(({ instances }) => instances.length === 0)) {
    throw new DatasetError('value', 'nothing to reference', Tag.CurrentRequestedProcedureEvidenceSequence);
  }
  const uids: readonly (readonly [number, readonly string[]])[] = [
    [Tag.SOPInstanceUID, [sopInstanceUid]],
    [Tag.SeriesInstanceUID, [seriesUid, ...series.map(({ uid }) => uid)]],
    [Tag.StudyInstanceUID, [study.uid]],
    [KEY_OBJECT_FLAG.document, keyObjects.map(({ sopInstance }) => sopInstance)],
    [KEY_OBJECT_FLAG.series, keyObjects.map((one) => one.series)],
    [Tag.ReferencedSOPClassUID, series.flatMap(({ instances }) => instances.map(({ sopClass }) => sopClass))],
    [Tag.ReferencedSOPInstanceUID, series.flatMap(({ instances }) => instances.map(({ sopInstance }) => sopInstance))],
  ];
  for (const [tag, values] of uids) {
    if (!values.every(isUid)) throw new DatasetError('value', 'not a valid UID', tag);
  }
}

function kosAttributes(input: KosInput, charset: KosCharset): Attributes {
  const { study } = input;
  const size = sizeIn(charset);
  const describe: Describe = (text, vr) => cutToVr(cleanText(text, vr), vr, size);
  const now = localTime(input.created, input.timezone ?? 'Europe/Paris');
  return {
    [Tag.SpecificCharacterSet]: charset,
    [Tag.InstanceCreationDate]: now.date,
    [Tag.InstanceCreationTime]: now.time,
    [Tag.SOPClassUID]: SopClass.KeyObjectSelection,
    [Tag.SOPInstanceUID]: input.sopInstanceUid,
    [Tag.StudyDate]: fitting(study.date, DATE),
    [Tag.SeriesDate]: now.date,
    [Tag.ContentDate]: now.date,
    [Tag.StudyTime]: fitting(study.time, TIME),
    [Tag.SeriesTime]: now.time,
    [Tag.ContentTime]: now.time,
    // The real one is in the Referenced Request Sequence: a study may answer several orders.
    [Tag.AccessionNumber]: '',
    [Tag.Modality]: 'KO',
    [Tag.Manufacturer]: describe(input.manufacturer, 'LO'),
    [Tag.InstitutionName]: institutionName(input.institution, size),
    [Tag.ReferringPhysicianName]: describe(study.referringPhysician, 'PN'),
    [Tag.TimezoneOffsetFromUTC]: now.offset,
    [Tag.StudyDescription]: describe(study.description, 'LO'),
    [Tag.ReferencedPerformedProcedureStepSequence]: [],
    ...patientAttributes(input.patient, describe),
    [Tag.StudyInstanceUID]: study.uid,
    [Tag.SeriesInstanceUID]: input.seriesUid,
    [Tag.StudyID]: describe(study.id, 'SH'),
    [Tag.SeriesNumber]: KOS_SERIES_NUMBER,
    [Tag.InstanceNumber]: input.instanceNumber ?? FIRST_INSTANCE_NUMBER,
    [Tag.ValueType]: 'CONTAINER',
    [Tag.ConceptNameCodeSequence]: dcm('113030', TITLE_MEANING),
    [Tag.ContinuityOfContent]: 'SEPARATE',
    [Tag.ReferencedRequestSequence]: requests(input.orders).map((order) => request(study.uid, order)),
    [Tag.CurrentRequestedProcedureEvidenceSequence]: evidenceSequence(input, describe),
    [Tag.ContentTemplateSequence]: [{ [Tag.MappingResource]: 'DCMR', [Tag.TemplateIdentifier]: '2010' }],
    [Tag.ContentSequence]: contentSequence(input, dcm('113012', 'Key Object Description')),
  };
}

/** INS as PatientID and again in OtherPatientIDs; the local identifier of the site is not published. */
function patientAttributes(patient: KosPatient, describe: Describe): Attributes {
  const ins: Attributes = {
    [Tag.PatientID]: patient.ins.value,
    [Tag.IssuerOfPatientID]: insIssuer(patient.ins.oid),
    [Tag.IssuerOfPatientIDQualifiersSequence]: authority(patient.ins.oid),
  };
  const otherNames = otherPatientNames(patient);
  return {
    ...ins,
    [Tag.PatientName]: patientName(patient),
    [Tag.PatientBirthDate]: fitting(patient.birthDate, DATE),
    [Tag.PatientSex]: patient.sex === 'U' ? '' : patient.sex,
    [Tag.OtherPatientNames]: otherNames.length > 0 ? otherNames : undefined,
    [Tag.OtherPatientIDsSequence]: [{ ...ins, [Tag.TypeOfPatientID]: 'TEXT' }],
    [Tag.PatientComments]: patient.birthPlace ? describe(patient.birthPlace, 'LT') : undefined,
  };
}

/** One item per distinct pair of accession and placer numbers; one empty item when the report names no order. */
function requests(orders: readonly KosOrder[]): readonly KosOrder[] {
  const distinct = Array.from(new Map(orders.map((order) => [orderKey(order), order])).values());
  return distinct.length > 0 ? distinct : [{}];
}

const orderKey = ({ accession, placer }: KosOrder): string =>
  JSON.stringify([accession?.value, accession?.oid, placer?.value, placer?.oid]);

/** No issuer without a number. */
const issuer = (identifier?: KosIdentifier): readonly Attributes[] | undefined =>
  identifier?.value ? authority(identifier.oid) : undefined;

function request(study: string, { accession, placer }: KosOrder): Attributes {
  return {
    [Tag.AccessionNumber]: accession?.value ?? '',
    [Tag.IssuerOfAccessionNumberSequence]: issuer(accession),
    [Tag.ReferencedStudySequence]: [],
    [Tag.StudyInstanceUID]: study,
    [Tag.RequestedProcedureDescription]: '',
    [Tag.RequestedProcedureCodeSequence]: [],
    [Tag.OrderPlacerIdentifierSequence]: issuer(placer),
    [Tag.RequestedProcedureID]: '',
    [Tag.PlacerOrderNumberImagingServiceRequest]: placer?.value ?? '',
    [Tag.FillerOrderNumberImagingServiceRequest]: '',
  };
}
