import { createHash } from 'node:crypto';

/** Test numbering of the national data sets (drimbox-rules §3.3): one number, from 101 on, names a study and all its parts. */
const TEST_ROOT = '1.2.250.1.213.4.5';

export const ISSUER = {
  patientId: `${TEST_ROOT}.2.4`,
  accession: `${TEST_ROOT}.2.5`,
  order: `${TEST_ROOT}.2.6`,
} as const;

export const studyUid = (number: number): string => `${TEST_ROOT}.2.1.${number}`;
export const accessionOf = (number: number): string => `ACN${number}`;
export const orderOf = (number: number): string => `OPN${number}`;
export const patientIdOf = (number: number): string => `IPP${number}`;
/** Id of a report: `…5.4.4xx`; a later version takes another number. */
export const documentId = (number: number): string => `${TEST_ROOT}.4.${number}`;

export interface StudyUids {
  readonly study: string;
  /** `series` from 1. */
  series(series: number): string;
  /** `series` and `instance` from 1. */
  instance(series: number, instance: number): string;
}

const serial = (series: number): string => (series < 59 ? String(200 + series) : String(2000 + series));

/** `…2.2.1xx.2nn` and `…2.3.1xx.2nn.3n`; number 59 of a study's series is the manifest's, so it is left out. */
export function numberedUids(number: number): StudyUids {
  return {
    study: studyUid(number),
    series: (series) => `${TEST_ROOT}.2.2.${number}.${serial(series)}`,
    instance: (series, instance) => `${TEST_ROOT}.2.3.${number}.${serial(series)}.3${instance}`,
  };
}

/** UIDs under 2.25 (PS3.5 B.2) drawn from the seed and a study UID chosen by the caller. */
export function derivedUids(study: string, seed: string): StudyUids {
  return {
    study,
    series: (series) => hashedUid(seed, study, series),
    instance: (series, instance) => hashedUid(seed, study, series, instance),
  };
}

export const hashedUid = (...parts: (string | number)[]): string => {
  const digest = createHash('sha256').update(parts.join('/')).digest('hex');
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`)}`;
};
