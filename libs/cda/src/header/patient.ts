import type { CdaFailure } from '../limits.js';
import { INS_C_OID, INS_OIDS } from '../vocabulary.js';
import type { Node } from '../xml/node.js';
import type { Patient } from './types.js';
import { compact, readIdentifier } from './values.js';

/** Where the INS is; the path of the failure when there is none. */
export const INS_PATH = 'recordTarget/patientRole/id (INS)';

type PatientResult = { ok: true; value: Patient } | { ok: false; failure: CdaFailure };
const failed = (kind: 'missing' | 'ambiguous', path: string): PatientResult => ({ ok: false, failure: { kind, path } });

/** Identifiers and traits of the one patient of the report (interop §3.2). */
export function readPatient(root: Node): PatientResult {
  const [role, other] = root.every('recordTarget', 'patientRole');
  if (!role) return failed('missing', 'recordTarget/patientRole');
  if (other) return failed('ambiguous', 'recordTarget/patientRole');

  const ids = role.all('id').flatMap((node) => readIdentifier(node) ?? []);
  const insIds = ids.filter((id) => INS_OIDS.has(id.root) && id.extension !== undefined);
  const [ins] = insIds;
  if (ins?.extension === undefined) return failed('missing', INS_PATH);
  if (insIds.some((id) => id.root !== ins.root || id.extension !== ins.extension)) return failed('ambiguous', INS_PATH);
  const ipp = ids.find((id) => !INS_OIDS.has(id.root) && id.root !== INS_C_OID && id.extension !== undefined);

  const patient = role.at('patient');
  const names = readNames(patient?.all('name') ?? []);
  const birthDate = patient?.at('birthTime')?.attribute('value');
  if (names.birthFamily === undefined) return failed('missing', 'recordTarget/patientRole/patient/name/family');
  if (birthDate === undefined) return failed('missing', 'recordTarget/patientRole/patient/birthTime');
  return {
    ok: true,
    value: compact<Patient>({
      ...names,
      birthFamily: names.birthFamily,
      ins: { value: ins.extension, oid: ins.root },
      ipp: ipp?.extension === undefined ? undefined : { value: ipp.extension, oid: ipp.root },
      sex: readSex(patient?.at('administrativeGenderCode')?.attribute('code')),
      birthDate,
      birthPlace: patient?.at('birthplace', 'place', 'addr', 'county')?.text,
    }),
  };
}

/**
 * Names by the qualifier of each part: BR birth, CL used ("nom utilisé"), none: birth. Unqualified given names are the list of birth given
 * names; the one qualified BR is the first of them.
 */
function readNames(names: readonly Node[]): {
  birthFamily: string | undefined;
  birthGivens: string[];
  firstBirthGiven: string | undefined;
  usedFamily: string | undefined;
  usedGiven: string | undefined;
} {
  const parts = (name: 'family' | 'given', qualifier: string | undefined): string[] =>
    names
      .flatMap((node) => node.all(name))
      .filter((part) => hasQualifier(part, qualifier))
      .flatMap((part) => part.text ?? []);
  const firstBirthGiven = parts('given', 'BR')[0];
  const listed = parts('given', undefined);
  return {
    birthFamily: parts('family', 'BR')[0] ?? parts('family', undefined)[0],
    birthGivens: listed.length > 0 || firstBirthGiven === undefined ? listed : [firstBirthGiven],
    firstBirthGiven,
    usedFamily: parts('family', 'CL')[0],
    usedGiven: parts('given', 'CL')[0],
  };
}

/** `qualifier` is a list of codes (ENXP). */
const hasQualifier = (part: Node, qualifier: string | undefined): boolean => {
  const qualifiers = part.attribute('qualifier');
  return qualifier === undefined ? qualifiers === undefined : (qualifiers ?? '').split(/\s+/).includes(qualifier);
};

const readSex = (code: string | undefined): Patient['sex'] => (code === 'M' || code === 'F' ? code : 'U');
