import { INS_TEST_OID, matriculeKey, PAT_TROIS, testPatient } from './test-patient.js';

describe('test identities', () => {
  it('gives matricules their key', () => {
    expect(PAT_TROIS.ins).toBe('279035121518989');
    // 2A counts as 19, 2B as 18: the same key as the all-digit number.
    expect(matriculeKey('279032A215189')).toBe(matriculeKey('2790319215189'));
    expect(matriculeKey('279032B215189')).toBe(matriculeKey('2790318215189'));
    expect(() => matriculeKey('123')).toThrow('13 characters');
  });

  it('makes distinct identities under the test authority', () => {
    const patients = Array.from({ length: 500 }, (_, n) => testPatient(n));
    expect(new Set(patients.map(({ ins }) => ins)).size).toBe(500);
    for (const { ins, insOid } of patients) {
      expect((BigInt(ins.slice(0, 13)) + BigInt(ins.slice(13))) % 97n).toBe(0n);
      expect(insOid).toBe(INS_TEST_OID);
    }
  });
});
