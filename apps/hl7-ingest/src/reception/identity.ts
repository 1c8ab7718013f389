import type { ReportCda } from '@drimbox/cda';
import type { PidPatient } from '@drimbox/hl7';
import { refuse } from './problems.js';
import type { Refusal } from './verdict.js';

/** Qualified identity (interop §1.5): ANS's messages say VALI beside an INS, RNIV says QUAL. */
const QUALIFIED = new Set(['VALI', 'QUAL']);
const NOT_QUALIFIED = new Set(['PROV', 'RECUP', 'RECUPEREE', 'PROVISOIRE']);
/** INS-NIR test and demonstration OIDs. */
const TEST_OIDS = new Set(['1.2.250.1.213.1.4.10', '1.2.250.1.213.1.4.11']);

/** NIR or NIA with its key: 15 characters, Corsica by a letter (identity-security §4). */
const MATRICULE = /^\d{6}[\dAB]\d{8}$/;

const PID_3 = { segment: 'PID', sequence: 1, field: 3 };

/**
 * PID and CDA must name the same qualified patient (HL7IG: PID-3 equals recordTarget/patientRole/id). An identifier or
 * trait absent on one side is no disagreement, the INS excepted: without it nothing may enter the DMP.
 */
export function identityRefusal(
  pid: PidPatient,
  cda: ReportCda,
  settings: {
    mode: 'production' | 'test';
    hl7IdentityReliability: 'required' | 'when-present';
    hl7TestInsOnly: 'yes' | 'no';
  },
): Refusal | undefined {
  const { patient } = cda;
  if (!pid.ins) return refuse('DRIM-211', '101', PID_3);
  if (pid.ins.value !== patient.ins.value || pid.ins.oid !== patient.ins.oid)
    return refuse('DRIM-210', '102', PID_3, 'INS');
  if (pid.ipp && patient.ipp && pid.ipp.value !== patient.ipp.value) return refuse('DRIM-210', '102', PID_3, 'IPP');
  if (!MATRICULE.test(patient.ins.value)) return refuse('DRIM-211', '102', PID_3, 'the INS is not a matricule');
  if (TEST_OIDS.has(patient.ins.oid) && settings.mode === 'production') return refuse('DRIM-221', '103', PID_3);
  if (!TEST_OIDS.has(patient.ins.oid) && settings.hl7TestInsOnly === 'yes') {
    return refuse('DRIM-221', '103', PID_3, 'test INS only');
  }
  return reliabilityRefusal(pid, settings.hl7IdentityReliability) ?? traitRefusal(pid, cda);
}

function reliabilityRefusal(pid: PidPatient, rule: 'required' | 'when-present'): Refusal | undefined {
  const at = { segment: 'PID', sequence: 1, field: 32 };
  const told = pid.reliability.filter((value) => value !== '');
  if (told.some((value) => NOT_QUALIFIED.has(value)) && !told.some((value) => QUALIFIED.has(value))) {
    return refuse('DRIM-211', '103', at);
  }
  if (rule === 'required' && !told.some((value) => QUALIFIED.has(value))) return refuse('DRIM-211', '101', at);
  return undefined;
}

function traitRefusal(pid: PidPatient, { patient }: ReportCda): Refusal | undefined {
  const pairs: [number, string, string | undefined, string | undefined][] = [
    [5, 'birth name', fold(pid.birthFamily), fold(patient.birthFamily)],
    [7, 'birth date', pid.birthDate?.slice(0, 8), patient.birthDate.slice(0, 8)],
    [8, 'sex', sexOf(pid.sex), patient.sex],
  ];
  for (const [field, what, sent, documented] of pairs) {
    if (sent && documented && sent !== documented) {
      return refuse('DRIM-210', '102', { segment: 'PID', sequence: 1, field }, what);
    }
  }
  return undefined;
}

/** PID-8 in words of the CDA; anything but M and F says nothing. */
const sexOf = (value: string | undefined): string | undefined => (value === 'M' || value === 'F' ? value : undefined);

/** For comparison only, never stored (identity-security §3.2): no accents, no case, hyphens and apostrophes as blanks. */
const fold = (name: string | undefined): string | undefined =>
  name
    ?.normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
