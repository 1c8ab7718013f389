import { aSubmission } from '../testing/fixtures.js';
import { DEFAULT_XDS_SETTINGS } from '../xds-settings.js';
import { checkInput } from './check-input.js';
import type { SubmissionInput } from './input.js';

const check = (overrides: Partial<SubmissionInput>, settings = DEFAULT_XDS_SETTINGS): readonly string[] =>
  checkInput(aSubmission(overrides), settings).map(({ field, problem }) => `${field} ${problem}`);
const { kos, patient, study } = aSubmission();

describe('what the DMP would refuse', () => {
  it('has nothing against a whole submission', () => {
    expect(check({})).toEqual([]);
  });

  it.each<[Partial<SubmissionInput>, readonly string[]]>([
    [{ legalAuthenticator: undefined }, ['legalAuthenticator missing']],
    [{ facilityType: undefined }, ['healthcareFacilityTypeCode missing']],
    [
      { practiceSetting: { code: '', system: '' } },
      ['practiceSettingCode missing', 'practiceSettingCode.codingScheme missing'],
    ],
    [{ study: { ...study, start: undefined } }, ['serviceStartTime missing']],
    [{ study: { ...study, start: 'hier', stop: '99' } }, ['serviceStartTime invalid', 'serviceStopTime invalid']],
    [{ study: { ...study, uid: '1.2.03' } }, ['studyInstanceUid invalid']],
    [{ study: { ...study, regions: Array(300).fill(study.regions[0]) } }, ['eventCodeList too-long']],
    [{ study: { ...study, acts: [{ code: 'A\n', system: '1.2' }] } }, ['eventCodeList invalid']],
    [{ kos: { ...kos, bytes: Buffer.alloc(0) } }, ['kos missing']],
    [{ kos: { ...kos, sopInstanceUid: 'x' } }, ['uniqueId invalid']],
    [{ patient: { ...patient, ins: { value: '', oid: '' } } }, ['patientId missing', 'patientId.authority missing']],
    [{ patient: { ...patient, birthDate: '28/03/1979' } }, ['birthDate invalid']],
    [{ patient: { ...patient, birthFamily: '^' } }, ['birthFamily missing']],
    [{ accession: { id: 'A\u0007' } }, ['accession invalid']],
    [{ structure: { id: '1990000001', name: '  ' } }, ['authorInstitution.name missing']],
    [{ replaces: '1.2.3' }, ['replaces invalid']],
    [
      { submissionSetUniqueId: 'urn:oid:1.2', signatureUniqueId: '', sourceId: '1' },
      ['submissionSetUniqueId invalid', 'sourceId invalid', 'signatureUniqueId missing'],
    ],
  ])('%#', (overrides, problems) => {
    expect(check(overrides)).toEqual(problems);
  });

  it('names fields, never values', () => {
    const problems = checkInput(aSubmission({ patient: { ...patient, birthDate: 'SECRET' } }), DEFAULT_XDS_SETTINGS);
    expect(JSON.stringify(problems)).not.toContain('SECRET');
  });
});
