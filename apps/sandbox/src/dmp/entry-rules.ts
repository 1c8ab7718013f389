import {
  KOS_SOP_CLASS,
  MODALITY_SYSTEMS,
  OBJECT_TYPE_STABLE,
  PRODUCTION_INS_OIDS,
  REFERENCE_ID_LIST,
  SCHEME,
  SIGNATURE_PURPOSE,
  SUBMISSION_SET_NODE,
  TEST_INS_OIDS,
} from './dmp-rules.js';
import { codesOf, codingSchemeOf } from './registry-objects.js';
import type { RegistryObject } from './registry-objects.js';
import { metadataError } from './verdict.js';
import type { RegistryError } from './verdict.js';

const DATE_TIME = /^\d{14}$/;
const UID = /^[0-2](\.(0|[1-9]\d*))+$/;
const XCN = /^[^^]+\^[^^]+\^[^^]*\^{6}&[0-9.]+&ISO\^[A-Z]\^\^\^[A-Z]+$/;
const XON = /^[^^]+\^{5}&1\.2\.250\.1\.71\.4\.2\.2&ISO\^IDNST\^\^\^[0-9][0-9A-Za-z]{5,30}$/;
const LOCAL_ID = /^[^^]+\^\^\^&[0-9.]+&ISO\^PI$/;
/** The official sample gives the signature the INS, of type NH. */
const LOCAL_ID_OR_INS = /^[^^]+\^\^\^&[0-9.]+&ISO\^(PI|NH)$/;
const PATIENT_ID = /^[0-9AB]{15}\^\^\^&([0-9.]+)&ISO\^NH$/;
const ACCESSION = /^[^^]+\^\^\^&[0-9.]+&ISO\^urn:ihe:iti:xds:2013:accession$/;
const CLOCK_SKEW_MS = 5 * 60_000;

type Rule = (object: RegistryObject, now: Date) => string | undefined;

/** Exactly one value of that slot, of that form. */
const slot =
  (name: string, pattern: RegExp): Rule =>
  ({ slots }) => {
    const values = slots.get(name) ?? [];
    return values.length === 1 && pattern.test(values[0]!) ? undefined : `slot ${name} is missing or malformed`;
  };

/** Exactly one code in that scheme, of that coding system. */
const code =
  (name: keyof typeof SCHEME, expected: string | RegExp, system: string): Rule =>
  (object) => {
    const [found, ...others] = codesOf(object, SCHEME[name]);
    const matches = typeof expected === 'string' ? found?.code === expected : expected.test(found?.code ?? '');
    return others.length === 0 &&
      found !== undefined &&
      matches &&
      codingSchemeOf(found) === system &&
      found.name !== ''
      ? undefined
      : `${name} is missing, repeated, or not of the expected code and coding system`;
  };

const identifier =
  (name: keyof typeof SCHEME, pattern: RegExp): Rule =>
  ({ externalIds }) =>
    pattern.test(externalIds.get(SCHEME[name]) ?? '') ? undefined : `${name} is missing or malformed`;

const author =
  (name: 'author' | 'submissionAuthor'): Rule =>
  (object) => {
    const authors = codesOf(object, SCHEME[name]);
    const valid = authors.every(
      ({ slots }) =>
        (slots.get('authorInstitution') ?? []).length > 0 &&
        slots.get('authorInstitution')!.every((xon) => XON.test(xon)) &&
        slots.get('authorPerson')?.length === 1 &&
        XCN.test(slots.get('authorPerson')![0]!),
    );
    return authors.length > 0 && valid ? undefined : 'author needs authorInstitution (XON) and authorPerson (XCN)';
  };

const attribute =
  (name: string, expected: string): Rule =>
  ({ element }) =>
    element.attributes[name] === expected ? undefined : `attribute ${name} must be ${expected}`;

/** The DMP keeps UTC (interop §6.4): a local time of France would be one or two hours ahead. */
const pastUtc =
  (name: string): Rule =>
  (object, now) => {
    const [text = ''] = object.slots.get(name) ?? [];
    const iso = text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z');
    const time = DATE_TIME.test(text) ? Date.parse(iso) : Number.NaN;
    if (Number.isNaN(time)) return `slot ${name} must be UTC YYYYMMDDHHMMSS`;
    return time > now.getTime() + CLOCK_SKEW_MS ? `slot ${name} is in the future: is it a local time?` : undefined;
  };

const confidentiality: Rule = (object) => {
  const codes = codesOf(object, SCHEME.confidentialityCode);
  const [first, ...flags] = codes;
  const normal = first?.code === 'N' && codingSchemeOf(first) === '2.16.840.1.113883.5.25';
  const known = flags.every(
    (flag) =>
      codingSchemeOf(flag) === '1.2.250.1.213.1.1.4.13' &&
      ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'].includes(flag.code),
  );
  return normal && known && new Set(codes.map((item) => item.code)).size === codes.length
    ? undefined
    : 'confidentialityCode: N first, then each known flag once';
};

const modality: Rule = (object) =>
  codesOf(object, SCHEME.eventCodeList).some(
    (event) => MODALITY_SYSTEMS.includes(codingSchemeOf(event)) && /^[A-Z]{2,16}$/.test(event.code),
  )
    ? undefined
    : 'eventCodeList needs an acquisition modality';

const signatureEvent: Rule = (object) =>
  codesOf(object, SCHEME.eventCodeList).some((event) => event.code === SIGNATURE_PURPOSE)
    ? undefined
    : 'eventCodeList needs the signature purpose';

const accession: Rule = ({ slots }) =>
  (slots.get(REFERENCE_ID_LIST) ?? []).some((value) => ACCESSION.test(value))
    ? undefined
    : 'referenceIdList needs an accession number (CXi)';

const sourcePatientInfo: Rule = ({ slots }) => {
  const values = slots.get('sourcePatientInfo') ?? [];
  const complete = [/^PID-5\|[^^]+\^[^^]+\^{5}[LD]$/, /^PID-7\|\d{8}$/, /^PID-8\|[MFUO]$/].every((pattern) =>
    values.some((value) => pattern.test(value)),
  );
  return complete ? undefined : 'sourcePatientInfo needs PID-5, PID-7 and PID-8';
};

const title: Rule = (object) => (object.title === '' ? 'Name (title) is missing' : undefined);

const packageNode: Rule = ({ nodes }) =>
  nodes.includes(SUBMISSION_SET_NODE) ? undefined : 'classificationNode of a submission set is missing';

/** What every document entry has. */
const COMMON: readonly Rule[] = [
  attribute('objectType', OBJECT_TYPE_STABLE),
  title,
  pastUtc('creationTime'),
  slot('hash', /^[0-9a-fA-F]{40}$/),
  slot('size', /^\d{1,10}$/),
  slot('legalAuthenticator', XCN),
  slot('serviceStartTime', /^\d{8}(\d{4}|\d{6})?$/),
  author('author'),
  confidentiality,
  code('healthcareFacilityTypeCode', /^SA\d{2}$/, '1.2.250.1.71.4.2.4'),
  code('practiceSettingCode', /^[A-Z0-9_]+$/, '1.2.250.1.213.1.1.4.9'),
  identifier('patientId', PATIENT_ID),
  identifier('uniqueId', UID),
];

const KOS: readonly Rule[] = [
  ...COMMON,
  slot('sourcePatientId', LOCAL_ID),
  attribute('mimeType', 'application/dicom'),
  slot('languageCode', /^fr-FR$/),
  sourcePatientInfo,
  accession,
  modality,
  code('typeCode', 'IMG-KOS', '1.2.250.1.213.1.1.4.12'),
  code('classCode', '31', '1.2.250.1.213.1.1.4.1'),
  code('formatCode', KOS_SOP_CLASS, '1.2.840.10008.2.6.1'),
];

const SIGNATURE: readonly Rule[] = [
  ...COMMON,
  slot('sourcePatientId', LOCAL_ID_OR_INS),
  attribute('mimeType', 'text/xml'),
  slot('languageCode', /^art$/),
  signatureEvent,
  code('typeCode', 'E1762', 'ASTM'),
  code('classCode', 'urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1', 'URN'),
  code('formatCode', 'http://www.w3.org/2000/09/xmldsig#', 'URN'),
];

const SUBMISSION_SET: readonly Rule[] = [
  packageNode,
  pastUtc('submissionTime'),
  author('submissionAuthor'),
  code('contentTypeCode', /^\d{2}$/, '1.2.250.1.213.2.2'),
  identifier('submissionPatientId', PATIENT_ID),
  identifier('submissionSourceId', UID),
  identifier('submissionUniqueId', UID),
];

const check =
  (rules: readonly Rule[]) =>
  (object: RegistryObject, now: Date): RegistryError[] =>
    rules.flatMap((rule) => rule(object, now) ?? []).map((problem) => metadataError(`${object.id}: ${problem}`));

/** Every metadata fault of a KOS entry, of a signature entry, of a submission set (interop §6.4, drimbox-rules §6.3). */
export const checkKosEntry = check(KOS);
export const checkSignatureEntry = check(SIGNATURE);
export const checkSubmissionSet = check(SUBMISSION_SET);

/** A test INS is welcome; a real one is refused before anything of it is kept. */
export const checkIns = (patientId: string): RegistryError | undefined => {
  const oid = PATIENT_ID.exec(patientId)?.[1];
  if (oid === undefined || TEST_INS_OIDS.includes(oid)) return undefined;
  const context = PRODUCTION_INS_OIDS.includes(oid)
    ? 'production INS: only test identities are allowed here'
    : 'the INS authority is unknown';
  return { code: 'XDSUnknownPatientId', context };
};
