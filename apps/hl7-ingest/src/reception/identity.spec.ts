import type { ReportCda } from '@drimbox/cda';
import type { PidPatient } from '@drimbox/hl7';
import { identityRefusal } from './identity.js';

const settings = { mode: 'test', hl7IdentityReliability: 'when-present', hl7TestInsOnly: 'no' } as const;
const ins = { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' };

const pid = (over: Partial<PidPatient> = {}): PidPatient => ({
  ins,
  ipp: { value: 'IPP1' },
  birthFamily: 'PAT-TROIS',
  birthDate: '19790328',
  sex: 'F',
  reliability: ['VALI'],
  ...over,
});

/** Only the patient matters here. */
const cda = (over: Partial<ReportCda['patient']> = {}): ReportCda => ({
  document: { id: { root: '1.2.3' }, type: { code: '18748-4', system: '2.16.840.1.113883.6.1' } },
  patient: {
    ins,
    ipp: { value: 'IPP1' },
    birthFamily: 'PAT-TROIS',
    birthGivens: ['DOMINIQUE'],
    sex: 'F',
    birthDate: '19790328',
    ...over,
  },
  studies: [],
  orders: [],
  authors: [],
});

const refusal = (p: PidPatient, c: ReportCda, over: Partial<Parameters<typeof identityRefusal>[2]> = {}): unknown => {
  const found = identityRefusal(p, c, { ...settings, ...over });
  return found && { code: found.code, field: found.error.location?.field };
};

describe('PID and CDA name the same qualified patient', () => {
  it('agrees, whatever the accents, the case and the hyphens', () => {
    expect(refusal(pid(), cda())).toBeUndefined();
    expect(refusal(pid({ birthFamily: 'Pat Trois' }), cda({ birthFamily: 'PÂT-TROIS' }))).toBeUndefined();
  });

  it.each<[string, PidPatient, ReportCda, string, number]>([
    ['no INS in PID', pid({ ins: undefined as never }), cda(), 'DRIM-211', 3],
    ['another INS', pid({ ins: { ...ins, value: '179035121518985' } }), cda(), 'DRIM-210', 3],
    ['another INS authority', pid({ ins: { ...ins, oid: '1.2.250.1.213.1.4.8' } }), cda(), 'DRIM-210', 3],
    ['another IPP', pid({ ipp: { value: 'IPP2' } }), cda(), 'DRIM-210', 3],
    ['another birth name', pid({ birthFamily: 'AUTRE' }), cda(), 'DRIM-210', 5],
    ['another birth date', pid({ birthDate: '19790329' }), cda(), 'DRIM-210', 7],
    ['another sex', pid({ sex: 'M' }), cda(), 'DRIM-210', 8],
    ['a provisional identity', pid({ reliability: ['PROV'] }), cda(), 'DRIM-211', 32],
    ['no matricule', pid({ ins: { ...ins, value: '12' } }), cda({ ins: { ...ins, value: '12' } }), 'DRIM-211', 3],
  ])('refuses %s', (_name, p, c, code, field) => {
    expect(refusal(p, c)).toEqual({ code, field });
  });

  it('an identifier or trait absent on one side is no disagreement', () => {
    const { ipp: _ipp, ...without } = pid();
    expect(refusal(without, cda())).toBeUndefined();
    expect(refusal(pid({ birthFamily: '', birthDate: '', sex: '' }), cda())).toBeUndefined();
  });

  it('PID-32 may be absent, unless it is required', () => {
    expect(refusal(pid({ reliability: [] }), cda())).toBeUndefined();
    expect(refusal(pid({ reliability: [] }), cda(), { hl7IdentityReliability: 'required' })).toEqual({
      code: 'DRIM-211',
      field: 32,
    });
    expect(refusal(pid({ reliability: ['QUAL'] }), cda(), { hl7IdentityReliability: 'required' })).toBeUndefined();
  });

  it('a test INS is refused in production; a real one elsewhere by setting', () => {
    const real = { ...ins, oid: '1.2.250.1.213.1.4.8' };
    expect(refusal(pid(), cda(), { mode: 'production' })).toEqual({ code: 'DRIM-221', field: 3 });
    expect(refusal(pid({ ins: real }), cda({ ins: real }), { mode: 'production' })).toBeUndefined();
    expect(refusal(pid({ ins: real }), cda({ ins: real }), { hl7TestInsOnly: 'yes' })).toEqual({
      code: 'DRIM-221',
      field: 3,
    });
  });
});
