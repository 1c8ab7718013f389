/** A national test identity: never a person. */
export interface TestPatient {
  /** Matricule INS: 13 characters and a key of two digits. */
  readonly ins: string;
  readonly insOid: string;
  readonly birthFamily: string;
  /** All birth given names, apart by spaces. */
  readonly birthGivens: string;
  readonly firstGiven: string;
  readonly usedFamily?: string;
  readonly usedGiven?: string;
  readonly sex: 'M' | 'F';
  /** YYYYMMDD */
  readonly birthDate: string;
  /** INSEE code (COG) of the birth place. */
  readonly birthPlace: string;
}

/** Authority of the matricules of the test environment (drimbox-rules §2.1): no real identity can carry it. */
export const INS_TEST_OID = '1.2.250.1.213.1.4.10';

/** Key of a matricule: 97 − (N mod 97), 2A and 2B counting as 19 and 18 (NIR, INSEE). Two digits. */
export function matriculeKey(matricule: string): string {
  const digits = matricule.replace(/^(.{5})2A/, '$119').replace(/^(.{5})2B/, '$118');
  if (!/^[0-9]{13}$/.test(digits)) throw new Error('a matricule has 13 characters');
  return String(97n - (BigInt(digits) % 97n)).padStart(2, '0');
}

/** PAT-TROIS DOMINIQUE, the test identity of the national examples. */
export const PAT_TROIS: TestPatient = {
  ins: `2790351215189${matriculeKey('2790351215189')}`,
  insOid: INS_TEST_OID,
  birthFamily: 'PAT-TROIS',
  birthGivens: 'DOMINIQUE',
  firstGiven: 'DOMINIQUE',
  usedFamily: 'PAT-TROIS',
  usedGiven: 'DOMINIQUE',
  sex: 'F',
  birthDate: '19790328',
  birthPlace: '63220',
};

/** Any number of further test identities: same number, same identity. `n` from 0 to 79 919 gives distinct ones. */
export function testPatient(n: number): TestPatient {
  const birthYear = 1930 + (n % 80);
  const month = String(1 + (n % 12)).padStart(2, '0');
  const sex = n % 2 === 0 ? 'M' : 'F';
  const county = '63220';
  const order = String(1 + (n % 999)).padStart(3, '0');
  const matricule = `${sex === 'M' ? 1 : 2}${String(birthYear % 100).padStart(2, '0')}${month}${county}${order}`;
  return {
    ins: matricule + matriculeKey(matricule),
    insOid: INS_TEST_OID,
    birthFamily: `PAT-TEST-${n}`,
    birthGivens: 'CÉLESTE ANDRÉA',
    firstGiven: 'CÉLESTE',
    sex,
    birthDate: `${birthYear}${month}15`,
    birthPlace: county,
  };
}
