import { createHash } from 'node:crypto';
import { ASSOCIATION, NS, OBJECT_TYPE_STABLE, SCHEME, STATUS, SUBMISSION_SET_NODE } from './dmp-rules.js';
import { escapeXml } from './xml.js';

/** What a reference submission says; every field has a correct default in `reference-client.ts`. */
export interface Facts {
  readonly now: Date;
  readonly structure: string;
  readonly organisation: string;
  /** INS and its OID. */
  readonly ins: string;
  readonly insOid: string;
  readonly kosUid: string;
  readonly studyUid: string;
  readonly setUid: string;
  readonly signatureUid: string;
  readonly confidentiality: readonly string[];
  /** entryUUID of the entry that the KOS takes the place of. */
  readonly replaces?: string;
}

type Coding = readonly [scheme: keyof typeof SCHEME, code: string, system: string, label: string];

export const utc = (date: Date): string => date.toISOString().replace(/\D/g, '').slice(0, 14);
export const patientIdOf = ({ ins, insOid }: Facts): string => `${ins}^^^&${insOid}&ISO^NH`;

const PERSON = '899700000017^SANDBOX^TEST^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS';

const slot = (name: string, ...values: string[]): string =>
  `<Slot name="${name}"><ValueList>${values.map((v) => `<Value>${escapeXml(v)}</Value>`).join('')}</ValueList></Slot>`;
const localized = (text: string): string => `<Name><LocalizedString value="${escapeXml(text)}"/></Name>`;

let serial = 0;
const newId = (): string => `id${(serial += 1)}`;

const author = (owner: string, scheme: string, { structure, organisation }: Facts): string =>
  `<Classification classificationScheme="${scheme}" classifiedObject="${owner}" id="${newId()}" nodeRepresentation="">` +
  slot('authorPerson', PERSON) +
  slot('authorInstitution', `${organisation}^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^${structure}`) +
  `</Classification>`;

const coded = (owner: string, [scheme, code, system, label]: Coding): string =>
  `<Classification classificationScheme="${SCHEME[scheme]}" classifiedObject="${owner}" id="${newId()}" ` +
  `nodeRepresentation="${code}">${slot('codingScheme', system)}${localized(label)}</Classification>`;

const external = (owner: string, scheme: keyof typeof SCHEME, value: string): string =>
  `<ExternalIdentifier id="${newId()}" identificationScheme="${SCHEME[scheme]}" registryObject="${owner}" ` +
  `value="${escapeXml(value)}">${localized(scheme)}</ExternalIdentifier>`;

const confidentiality = ({ confidentiality: flags }: Facts): Coding[] => [
  ['confidentialityCode', 'N', '2.16.840.1.113883.5.25', 'Normal'],
  ...flags.map((flag): Coding => ['confidentialityCode', flag, '1.2.250.1.213.1.1.4.13', flag]),
];

const SETTING: readonly Coding[] = [
  ['healthcareFacilityTypeCode', 'SA08', '1.2.250.1.71.4.2.4', 'Cabinet de groupe'],
  ['practiceSettingCode', 'AMBULATOIRE', '1.2.250.1.213.1.1.4.9', 'Ambulatoire'],
];

const KOS_CODES: readonly Coding[] = [
  ['typeCode', 'IMG-KOS', '1.2.250.1.213.1.1.4.12', "Référence d'objets d'un examen d'imagerie"],
  ['classCode', '31', '1.2.250.1.213.1.1.4.1', 'Imagerie médicale'],
  ['formatCode', '1.2.840.10008.5.1.4.1.1.88.59', '1.2.840.10008.2.6.1', 'Document de références'],
  ['eventCodeList', '24802-1', '2.16.840.1.113883.6.1', 'RM genou'],
  ['eventCodeList', 'MR', '1.2.250.1.213.1.1.5.618', 'Magnetic Resonance'],
  ...SETTING,
];

const SIGNATURE_CODES: readonly Coding[] = [
  ['typeCode', 'E1762', 'ASTM', 'Full Document'],
  ['classCode', 'urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1', 'URN', 'Digital Signature'],
  ['formatCode', 'http://www.w3.org/2000/09/xmldsig#', 'URN', 'Default Signature Style'],
  ['eventCodeList', '1.2.840.10065.1.12.1.14', '1.2.840.10065.1.12', 'Source'],
  ...SETTING,
];

interface EntryForm {
  readonly id: string;
  readonly mimeType: string;
  readonly language: string;
  readonly title: string;
  readonly uniqueId: string;
  readonly codes: readonly Coding[];
  readonly slots: string;
}

const entry = (facts: Facts, form: EntryForm, bytes: Buffer): string =>
  `<ExtrinsicObject id="${form.id}" mimeType="${form.mimeType}" objectType="${OBJECT_TYPE_STABLE}">` +
  slot('creationTime', utc(facts.now)) +
  slot('languageCode', form.language) +
  slot('legalAuthenticator', PERSON) +
  slot('serviceStartTime', '20260102090000') +
  slot('sourcePatientId', 'IPP101^^^&1.2.250.1.213.4.5.2.4&ISO^PI') +
  slot('hash', createHash('sha1').update(bytes).digest('hex')) +
  slot('size', String(bytes.length)) +
  form.slots +
  localized(form.title) +
  author(form.id, SCHEME.author, facts) +
  [...form.codes, ...confidentiality(facts)].map((coding) => coded(form.id, coding)).join('') +
  external(form.id, 'patientId', patientIdOf(facts)) +
  external(form.id, 'uniqueId', form.uniqueId) +
  `</ExtrinsicObject>`;

const association = (type: string, source: string, target: string, slots = ''): string =>
  `<Association associationType="${type}" id="${newId()}" sourceObject="${source}" targetObject="${target}">` +
  `${slots}</Association>`;

const original = slot('SubmissionSetStatus', 'Original');
const SET = 'SubmissionSet01';

const submissionSet = (facts: Facts, title: string): string =>
  `<RegistryPackage id="${SET}">${slot('submissionTime', utc(facts.now))}${localized(title)}` +
  author(SET, SCHEME.submissionAuthor, facts) +
  coded(SET, ['contentTypeCode', '07', '1.2.250.1.213.2.2', 'Consultation']) +
  `<Classification classificationNode="${SUBMISSION_SET_NODE}" classifiedObject="${SET}" id="${newId()}"/>` +
  external(SET, 'submissionPatientId', patientIdOf(facts)) +
  external(SET, 'submissionSourceId', '1.2.250.1.213.4.5.3.1') +
  external(SET, 'submissionUniqueId', facts.setUid) +
  `</RegistryPackage>`;

const request = (...objects: string[]): string =>
  `<lcm:SubmitObjectsRequest xmlns:lcm="${NS.lcm}"><RegistryObjectList xmlns="${NS.rim}">${objects.join('')}` +
  `</RegistryObjectList></lcm:SubmitObjectsRequest>`;

/** lcm:SubmitObjectsRequest of a correct deletion (TD3.3c) of the entry that has this entryUUID. */
export const deleteEntry = (facts: Facts, entryUuid: string): string => {
  const slots = slot('OriginalStatus', STATUS.approved) + slot('NewStatus', STATUS.deleted);
  return request(
    submissionSet(facts, 'Suppression KOS'),
    association(ASSOCIATION.updatesAvailability, SET, entryUuid, slots),
  );
};

/** lcm:SubmitObjectsRequest of a correct submission, or of a replacement. */
export const submitObjects = (facts: Facts, kos: Buffer, signature: Buffer): string => {
  const references = [
    'ACN102^^^&1.2.250.1.213.4.5.2.5&ISO^urn:ihe:iti:xds:2013:accession',
    `${facts.studyUid}^^^^urn:ihe:iti:xds:2016:studyInstanceUID`,
  ];
  const patient = ['PID-5|PAT-TROIS^DOMINIQUE^^^^^L', 'PID-7|19790328', 'PID-8|F'];
  const kosForm: EntryForm = {
    id: 'DocumentKOS',
    mimeType: 'application/dicom',
    language: 'fr-FR',
    title: "Référence d'objets d'un examen d'imagerie",
    uniqueId: facts.kosUid,
    codes: KOS_CODES,
    slots: slot('sourcePatientInfo', ...patient) + slot('urn:ihe:iti:xds:2013:referenceIdList', ...references),
  };
  const signatureForm: EntryForm = {
    id: 'Signature01',
    mimeType: 'text/xml',
    language: 'art',
    title: 'Source',
    uniqueId: facts.signatureUid,
    codes: SIGNATURE_CODES,
    slots: '',
  };
  return request(
    submissionSet(facts, 'Alimentation KOS'),
    entry(facts, kosForm, kos),
    entry(facts, signatureForm, signature),
    association(ASSOCIATION.hasMember, SET, 'DocumentKOS', original),
    association(ASSOCIATION.hasMember, SET, 'Signature01', original),
    association(ASSOCIATION.signs, 'Signature01', SET, original),
    facts.replaces === undefined ? '' : association(ASSOCIATION.replaces, 'DocumentKOS', facts.replaces),
  );
};
