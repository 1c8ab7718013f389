import { PERSON_OID, type Signatory, STRUCTURE_OID, type TestStructure } from '../actors.js';
import { ISSUER } from '../../studies/numbering.js';
import type { TestPatient } from '../../studies/test-patient.js';
import type { ReportedStudy } from './report-options.js';
import { element, empty, escape } from './xml.js';

const LOINC = '2.16.840.1.113883.6.1';
const CCAM = '1.2.250.1.213.2.5';
const DCM = '1.2.840.10008.2.16.4';

const text = (name: string, value: string, attributes: Record<string, string> = {}): string =>
  element(name, attributes, escape(value));

/** recordTarget with the traits of a qualified identity (interop §3.2). */
export function recordTarget(patient: TestPatient, patientId: string | null): string {
  const name = element(
    'name',
    {},
    text('family', patient.birthFamily, { qualifier: 'BR' }),
    text('given', patient.firstGiven, { qualifier: 'BR' }),
    text('given', patient.birthGivens),
    patient.usedFamily !== undefined && text('family', patient.usedFamily, { qualifier: 'CL' }),
    patient.usedGiven !== undefined && text('given', patient.usedGiven, { qualifier: 'CL' }),
  );
  const birthplace = element('place', {}, element('addr', {}, text('county', patient.birthPlace)));
  const person = element(
    'patient',
    {},
    name,
    empty('administrativeGenderCode', { code: patient.sex, codeSystem: '2.16.840.1.113883.5.1' }),
    empty('birthTime', { value: patient.birthDate }),
    element('birthplace', {}, birthplace),
  );
  const role = element(
    'patientRole',
    {},
    empty('id', { root: patient.insOid, extension: patient.ins }),
    patientId !== null && empty('id', { root: ISSUER.patientId, extension: patientId }),
    empty('addr', { nullFlavor: 'NASK' }),
    empty('telecom', { nullFlavor: 'NASK' }),
    person,
  );
  return element('recordTarget', {}, role);
}

/** A structure under the element name its place asks for; `setting` adds the practice setting. */
export const organization = (name: string, structure: TestStructure, setting = true): string =>
  element(
    name,
    {},
    empty('id', { root: STRUCTURE_OID, extension: structure.id }),
    text('name', structure.name),
    empty('telecom', { nullFlavor: 'NASK' }),
    empty('addr', { nullFlavor: 'NASK' }),
    setting &&
      empty('standardIndustryClassCode', {
        code: 'AMBULATOIRE',
        displayName: 'Ambulatoire',
        codeSystem: '1.2.250.1.213.1.1.4.9',
      }),
  );

/** assignedAuthor, assignedEntity: a radiologist (G15_10/SM44) of a structure. */
const signatory = (name: string, { person, structure }: Signatory): string =>
  element(
    name,
    {},
    empty('id', { root: PERSON_OID, extension: person.id }),
    empty('code', {
      code: 'G15_10/SM44',
      displayName: 'Médecin - Radio-diagnostic (SM)',
      codeSystem: '1.2.250.1.213.1.1.4.5',
    }),
    empty('addr', { nullFlavor: 'NASK' }),
    empty('telecom', { nullFlavor: 'NASK' }),
    element('assignedPerson', {}, element('name', {}, text('family', person.family), text('given', person.given))),
    organization('representedOrganization', structure),
  );

export const author = (who: Signatory, time: string): string =>
  element('author', {}, empty('time', { value: time }), signatory('assignedAuthor', who));

export const custodian = (structure: TestStructure): string =>
  element(
    'custodian',
    {},
    element('assignedCustodian', {}, organization('representedCustodianOrganization', structure, false)),
  );

export const legalAuthenticator = (who: Signatory, time: string): string =>
  element(
    'legalAuthenticator',
    {},
    empty('time', { value: time }),
    empty('signatureCode', { code: 'S' }),
    signatory('assignedEntity', who),
  );

/** inFulfillmentOf: placer order number and accession number of one study; nothing when the study has neither. */
export function inFulfillmentOf({ order, accession }: ReportedStudy): string | undefined {
  if (order === undefined && accession === undefined) return undefined;
  const orderId = order === undefined ? { nullFlavor: 'NAV' } : { root: ISSUER.order, extension: order };
  const accessionId =
    accession !== undefined && empty('ps3-20:accessionNumber', { root: ISSUER.accession, extension: accession });
  return element('inFulfillmentOf', {}, element('order', {}, empty('id', orderId), accessionId));
}

const qualified = (code: Record<string, string>, qualifier: Record<string, string>): string =>
  element('translation', code, element('qualifier', {}, empty('name', qualifier)));

/** documentationOf: one study with its act, modality, region, times and performer. */
export function documentationOf(study: ReportedStudy, who: Signatory): string {
  const modality =
    study.modality !== undefined &&
    qualified(
      { code: study.modality, codeSystem: DCM, codeSystemName: 'DCM' },
      { code: '121139', codeSystem: DCM, displayName: "Modalité d'acquisition" },
    );
  const ccam = study.act.ccam !== undefined && empty('translation', { code: study.act.ccam, codeSystem: CCAM });
  const region = qualified(
    { code: '51185008', codeSystem: '2.16.840.1.113883.6.96', displayName: 'thorax' },
    { code: '39111-0', codeSystem: LOINC, displayName: 'localisation anatomique' },
  );
  const event = element(
    'serviceEvent',
    { classCode: 'ACT' },
    empty('id', { root: study.uid }),
    element(
      'code',
      { code: study.act.code, displayName: study.act.display, codeSystem: LOINC },
      ccam,
      modality,
      region,
    ),
    element('effectiveTime', {}, empty('low', { value: study.start }), empty('high', { value: study.stop })),
    element('performer', { typeCode: 'PRF' }, signatory('assignedEntity', who)),
  );
  return element('documentationOf', {}, event);
}

export const relatedDocument = (replaced: string): string =>
  element('relatedDocument', { typeCode: 'RPLC' }, element('parentDocument', {}, empty('id', { root: replaced })));

/** componentOf: the encounter and the kind of facility. */
export function componentOf(structure: TestStructure, start: string, stop: string): string {
  const facility = element(
    'healthCareFacility',
    {},
    empty('id', { root: STRUCTURE_OID, extension: structure.id }),
    empty('code', { code: 'SA08', displayName: 'Cabinet de groupe', codeSystem: '1.2.250.1.71.4.2.4' }),
  );
  const encounter = element(
    'encompassingEncounter',
    {},
    empty('code', { code: 'AMB', displayName: 'Ambulatoire', codeSystem: '2.16.840.1.113883.5.4' }),
    element('effectiveTime', {}, empty('low', { value: start }), empty('high', { value: stop })),
    element('location', {}, facility),
  );
  return element('componentOf', {}, encounter);
}
