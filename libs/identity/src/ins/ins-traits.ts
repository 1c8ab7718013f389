/** Assigning authorities of the matricule INS. */
export const INS_OID = {
  nir: '1.2.250.1.213.1.4.8',
  nia: '1.2.250.1.213.1.4.9',
  testNir: '1.2.250.1.213.1.4.10',
  demoNir: '1.2.250.1.213.1.4.11',
} as const;

export const PRODUCTION_INS_OIDS: readonly string[] = [INS_OID.nir, INS_OID.nia];
export const TEST_INS_OIDS: readonly string[] = [INS_OID.testNir, INS_OID.demoNir];

/** The five strict traits of an INS identity, as a KOS carries them. Texts are as written there. */
export interface InsTraits {
  /** Nom de naissance. */
  readonly birthName: string;
  /** Premier prénom de naissance. */
  readonly firstGivenName: string;
  /** All the given names of birth, when the source has the list. */
  readonly givenNames?: readonly string[];
  /** `YYYY-MM-DD` or `YYYYMMDD`; months and days may be `00`, or out of the calendar (lunar dates). */
  readonly birthDate: string;
  readonly sex: 'M' | 'F' | 'unknown';
  /** Official geographic code of the place of birth: commune, or `99` and the country when born abroad. */
  readonly birthPlace?: string;
}
