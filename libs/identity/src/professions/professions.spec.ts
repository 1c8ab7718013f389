import type { Professional } from '../psc/professional.js';
import { DEFAULT_PROFESSIONS, isAllowed } from './professions.js';

const SYSTEM = '1.2.250.1.213.1.1.5.5';
const who = (given: Partial<Professional>): Professional => ({
  subject: 's',
  nationalId: '899700218896',
  givenName: '',
  familyName: 'TEST',
  roles: [],
  situations: [],
  ...given,
});
const situation = (code: string, category?: string): Professional['situations'][number] => ({
  profession: { code, system: SYSTEM },
  structure: {},
  ...(category && { category }),
});

describe('allowed professions', () => {
  it('a row of the table, by role or by situation', () => {
    expect(isAllowed(who({ roles: [{ code: '10', system: SYSTEM }] }))).toMatchObject({
      ok: true,
      profession: { label: 'Médecin' },
    });
    expect(isAllowed(who({ situations: [situation('50')] }))).toMatchObject({ ok: true, profession: { code: '50' } });
    expect(isAllowed(who({ roles: [{ code: '10', system: '1.2.250.1.71.1.2.7' }] })).ok).toBe(true);
  });

  it('nobody by default', () => {
    expect(isAllowed(who({}))).toEqual({ ok: false, reason: 'no-profession', codes: [] });
    expect(isAllowed(who({ roles: [{ code: '95', system: SYSTEM }] }))).toEqual({
      ok: false,
      reason: 'not-allowed',
      codes: [`95^${SYSTEM}`],
    });
    expect(
      isAllowed(who({ roles: [{ code: '10', system: SYSTEM }] }), { ...DEFAULT_PROFESSIONS, allowed: [] }).ok,
    ).toBe(false);
  });

  it('a code counts in its system alone', () => {
    expect(isAllowed(who({ roles: [{ code: '10' }] })).ok).toBe(false);
    expect(isAllowed(who({ roles: [{ code: '10', system: '1.2.3' }] })).ok).toBe(false);
  });

  it('a student of a profession is not one, unless also in exercise', () => {
    const roles = [{ code: '10', system: SYSTEM }];
    expect(isAllowed(who({ roles, situations: [situation('10', 'E')] }))).toMatchObject({
      ok: false,
      reason: 'excluded-category',
    });
    expect(isAllowed(who({ roles, situations: [situation('10', 'E'), situation('10', 'M')] })).ok).toBe(true);
    expect(isAllowed(who({ situations: [situation('10', 'E'), situation('60', 'C')] }))).toMatchObject({
      profession: { code: '60' },
    });
  });
});
