import { aSubmission } from '../testing/fixtures.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';
import type { SubmissionInput } from './input.js';
import { kosDocumentEntry } from './kos-document-entry.js';
import { submissionSet } from './submission-set.js';
import type { DocumentEntry } from './types.js';

const entry = (input: Partial<SubmissionInput> = {}, settings: Partial<XdsSettings> = {}): DocumentEntry =>
  kosDocumentEntry(aSubmission(input), { ...DEFAULT_XDS_SETTINGS, ...settings });
const codes = (visibility: SubmissionInput['visibility']): readonly string[] =>
  entry({ visibility }).confidentialityCodes.map(({ code }) => code);
const { patient, study } = aSubmission();

describe('DocumentEntry of a KOS', () => {
  it('writes its times in UTC', () => {
    expect(entry()).toMatchObject({
      creationTime: '20260102091500',
      serviceStartTime: '20210108092500',
      serviceStopTime: '20210108101700',
    });
    expect(entry({ study: { ...study, stop: undefined } })).not.toHaveProperty('serviceStopTime');
  });

  it('prefers the IPP, else repeats the INS', () => {
    expect(entry().sourcePatientId).toBe('IPP901^^^&1.2.250.1.213.4.5.2.4&ISO^PI');
    expect(entry({ patient: { ...patient, ipp: undefined } }).sourcePatientId).toBe(
      '279035121518989^^^&1.2.250.1.213.1.4.10&ISO^PI',
    );
    expect(entry().patientId).toBe('279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH');
  });

  it.each([
    [{}, ['PID-5|PAT-TROIS^DOMINIQUE^^^^^L', 'PID-7|19790328', 'PID-8|F']],
    [
      { usedFamily: "D'ÀRC", usedGiven: 'Zoé', firstBirthGiven: undefined },
      ['PID-5|PAT-TROIS^DOMINIQUE^^^^^L', "PID-5|D'ÀRC^Zoé^^^^^D", 'PID-7|19790328', 'PID-8|F'],
    ],
    [
      { birthFamily: 'A^B|C', birthDate: '19790328120000+0100', sex: 'U' as const },
      ['PID-5|A B C^DOMINIQUE^^^^^L', 'PID-7|19790328', 'PID-8|U'],
    ],
    [{ birthDate: '1979' }, ['PID-5|PAT-TROIS^DOMINIQUE^^^^^L', 'PID-7|1979', 'PID-8|F']],
  ])('sourcePatientInfo %#', (traits, expected) => {
    expect(entry({ patient: { ...patient, ...traits } }).sourcePatientInfo).toEqual(expected);
  });

  it('names the DRIMbox or the report\u2019s author, always of the chosen structure', () => {
    const institution = 'Centre de radiologie Alpha^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000001';
    const system = '1990000001/DRIMBOX^DRIMBox^DRIMBOX^^^^^^&1.2.250.1.71.4.2.1&ISO^U^^^EI';
    expect(entry().author).toEqual({ person: system, institution });
    expect(entry({}, { authorMode: 'cda' }).author).toEqual({
      person: '899700000002^TEST-AUTEUR^Alix^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS',
      institution,
    });
    expect(entry({ author: undefined }, { authorMode: 'cda' }).author.person).toBe(system);
  });

  it('puts modality and region under the scheme of the setting, each code once', () => {
    const twice = { ...study, modalities: [...study.modalities, ...study.modalities] };
    const systems = (scheme: XdsSettings['eventCodeScheme']): readonly string[] =>
      entry({ study: twice }, { eventCodeScheme: scheme }).eventCodes.map(({ code, system }) => `${code} ${system}`);
    const act = '24802-1 2.16.840.1.113883.6.1';
    expect(systems('jdv')).toEqual([act, 'MR 1.2.250.1.213.1.1.5.618', '61685007 1.2.250.1.213.1.1.5.695']);
    expect(systems('ci-sis')).toEqual([act, 'MR 1.2.840.10008.2.16.4', '61685007 2.16.840.1.113883.6.96']);
  });

  it('is always Normal, then as hidden as the report asks', () => {
    const open = { masquePs: false, invisiblePatient: false, invisibleRepresentants: false };
    expect(codes(open)).toEqual(['N']);
    expect(codes({ ...open, masquePs: true })).toEqual(['N', 'MASQUE_PS']);
    expect(codes({ ...open, invisiblePatient: true, invisibleRepresentants: true })).toEqual([
      'N',
      'INVISIBLE_PATIENT',
      'INVISIBLE_REPRESENTANTS_LEGAUX',
    ]);
  });

  it('refers to accession, study and order, with or without authorities', () => {
    expect(entry().referenceIdList).toEqual([
      'ACN901^^^&1.2.250.1.213.4.5.2.5&ISO^urn:ihe:iti:xds:2013:accession',
      '1.2.250.1.213.4.5.2.1.901^^^&1.2.3.4.5.6&ISO^urn:ihe:iti:xds:2016:studyInstanceUID',
      'OPN901^^^&1.2.250.1.213.4.5.2.6&ISO^urn:ihe:iti:xds:2013:order',
    ]);
    const bare = entry({ accession: { id: 'A' }, order: undefined }, { studyUidAuthority: null });
    expect(bare.referenceIdList).toEqual([
      'A^^^^urn:ihe:iti:xds:2013:accession',
      '1.2.250.1.213.4.5.2.1.901^^^^urn:ihe:iti:xds:2016:studyInstanceUID',
    ]);
  });
});

describe('submission set', () => {
  it.each([
    ['I', '03'],
    ['O', '07'],
    ['R', '19'],
    ['N', '97'],
    ['E', '07'],
    ['toString', '07'],
    [undefined, '07'],
  ])('patient class %s gives content type %s', (patientClass, code) => {
    const set = submissionSet(aSubmission({ patientClass }), DEFAULT_XDS_SETTINGS);
    expect(set.contentTypeCode).toMatchObject({ code, system: '1.2.250.1.213.2.2' });
    expect(set.submissionTime).toBe('20260102091510');
  });
});
