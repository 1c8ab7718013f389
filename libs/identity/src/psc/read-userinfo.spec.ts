import { readProfessional } from './read-userinfo.js';

const identity = { sub: 'f:1:899700218896', SubjectNameID: '899700218896', family_name: 'TEST', given_name: 'ANNE' };
const read = (claims: object) => {
  const result = readProfessional({ ...identity, ...claims });
  if (!result.ok) throw new Error(result.missing);
  return result.professional;
};

describe('userinfo of a professional', () => {
  it('needs an identity and nothing else', () => {
    expect(read({})).toEqual({
      subject: identity.sub,
      nationalId: '899700218896',
      rpps: '99700218896',
      givenName: 'ANNE',
      familyName: 'TEST',
      roles: [],
      situations: [],
    });
  });

  it.each(['sub', 'SubjectNameID', 'family_name'] as const)('without %s there is nobody', (name) => {
    for (const value of [undefined, '', '  ', 12, 'x'.repeat(300), 'a\u0000b'])
      expect(readProfessional({ ...identity, [name]: value })).toEqual({ ok: false, missing: name });
  });

  it('only an identifier of the RPPS has an RPPS', () => {
    expect(read({ SubjectNameID: '0991234567' }).rpps).toBeUndefined();
    expect(read({ SubjectNameID: '30B0012345/CPET00001' }).rpps).toBeUndefined();
  });

  it('reads codes with their system, and leaves out what is no code', () => {
    const roles = ['10^1.2.250.1.213.1.1.5.5', '21', '', 7, null, 'a b', '10^evil', 'x^1.2'];
    expect(read({ SubjectRole: roles }).roles).toEqual([
      { code: '10', system: '1.2.250.1.213.1.1.5.5' },
      { code: '21' },
      { code: 'x', system: '1.2' },
    ]);
    expect(read({ SubjectRole: '10^1.2' }).roles).toEqual([]);
  });

  it('makes one situation of each activity', () => {
    const exercices = [
      {
        codeProfession: '10',
        codeCategorieProfessionnelle: 'C',
        codeTypeSavoirFaire: 'S',
        codeSavoirFaire: 'SM44',
        activities: [
          {
            codeModeExercice: 'L',
            codeSecteurDactivite: 'SA07',
            identifiantTechniqueDeLaStructure: 'R1',
            raisonSocialeSite: 'UN',
          },
          { numeroFinessSite: '010000017', enseigneCommercialeSite: 'DEUX' },
        ],
      },
      { codeProfession: '', activities: [{}] },
      'odd',
    ];
    expect(read({ SubjectRefPro: { exercices } }).situations).toEqual([
      {
        profession: { code: '10', system: '1.2.250.1.213.1.1.5.5' },
        category: 'C',
        expertise: { code: 'SM44', type: 'S' },
        mode: 'L',
        sector: 'SA07',
        structure: { id: 'R1', name: 'UN' },
      },
      {
        profession: { code: '10', system: '1.2.250.1.213.1.1.5.5' },
        category: 'C',
        expertise: { code: 'SM44', type: 'S' },
        structure: { id: '010000017', name: 'DEUX' },
      },
    ]);
  });

  it.each([null, 'x', [], { exercices: 'x' }, { exercices: [null, [], { activities: 3 }] }])(
    'is not upset by SubjectRefPro %j',
    (odd) => {
      expect(read({ SubjectRefPro: odd }).situations).toEqual([]);
    },
  );

  it('keeps a bounded number of situations', () => {
    const activities = Array.from({ length: 500 }, () => ({}));
    expect(read({ SubjectRefPro: { exercices: [{ codeProfession: '10', activities }] } }).situations).toHaveLength(64);
  });
});
