import type { ReportCda } from './header/types.js';
import type { CdaFailure } from './limits.js';
import { readReportCda } from './read-report-cda.js';
import { cda, INS, IPP, study, STUDY_UID, type CdaFixture } from './report-cda.fixture.js';

function read(fixture: CdaFixture): ReportCda {
  const result = readReportCda(cda(fixture));
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}
function failure(fixture: CdaFixture): CdaFailure | 'accepted' {
  const result = readReportCda(cda(fixture));
  return result.ok ? 'accepted' : result.failure;
}

const translation = (code: string, system: string, qualifier?: string): string =>
  `<translation code="${code}" codeSystem="${system}">${qualifier ? `<qualifier><name code="${qualifier}"/></qualifier>` : ''}</translation>`;
const DCM = '1.2.840.10008.2.16.4';
const SNOMED = '2.16.840.1.113883.6.96';
const CCAM = '1.2.250.1.213.2.5';

const genderAndBirth = (code: string): string =>
  `<administrativeGenderCode code="${code}"/><birthTime value="1979"/><birthplace><place><addr><county>63220</county></addr></place></birthplace>`;

const order = (content: string): string => `<inFulfillmentOf><order>${content}</order></inFulfillmentOf>`;

const person = (id: string): string =>
  `<id root="9.9" extension="local"/><id root="1.2.250.1.71.4.2.1" extension="${id}"/><code code="G15_10/SM44" codeSystem="1.2"/><assignedPerson><name><family>F</family><given>G</given></name></assignedPerson>`;
const organization = (id: string): string =>
  `<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="${id}"/><name>O</name></representedOrganization>`;

describe('imaging report header', () => {
  it('reads a level 1 document without any imaging templateId', () => {
    expect(read({})).toEqual({
      document: {
        id: { root: '1.2.3.402' },
        type: { code: '18748-4', system: '2.16.840.1.113883.6.1', display: 'CR' },
        title: 'CR',
      },
      patient: {
        ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
        ipp: { value: 'IPP1', oid: '1.2.3.4' },
        birthFamily: 'PAT-TROIS',
        birthGivens: ['DOMINIQUE'],
        sex: 'F',
        birthDate: '19790328',
      },
      studies: [
        {
          uid: STUDY_UID,
          act: { code: '24802-1', system: '2.16.840.1.113883.6.1', display: 'RM genou' },
          actTranslations: [],
          modalities: [],
          regions: [],
          start: '20210108102500+0100',
          stop: '20210108111700+0100',
        },
      ],
      orders: [],
      authors: [],
      performer: { id: '101235555', name: 'Centre Ambroise' },
      practiceSetting: { code: 'AMBULATOIRE', system: '1.2.250.1.213.1.1.4.9' },
    });
  });

  it('reads the identity of the document', () => {
    const { document } = read({
      id: '<id root="1.2.3" extension="402"/>',
      header: `<effectiveTime value="20210108"/><confidentialityCode code="R" codeSystem="2.16"/><setId root="1.9" extension="s"/><versionNumber value="2"/>
        <relatedDocument typeCode="APND"><parentDocument><id root="1.0"/></parentDocument></relatedDocument>
        <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3" extension="401"/></parentDocument></relatedDocument>`,
    });
    expect(document).toEqual({
      id: { root: '1.2.3', extension: '402' },
      setId: { root: '1.9', extension: 's' },
      version: 2,
      replaces: { root: '1.2.3', extension: '401' },
      type: { code: '18748-4', system: '2.16.840.1.113883.6.1', display: 'CR' },
      title: 'CR',
      effectiveTime: '20210108',
      confidentiality: { code: 'R', system: '2.16' },
    });
  });

  it.each<[title: string, name: string, expected: Partial<ReportCda['patient']>]>([
    [
      'qualified and listed names',
      '<family qualifier="BR">NAISSANCE</family><given qualifier="BR">ANNE</given><given>ANNE</given><given>MARIE</given><family qualifier="CL">USAGE</family><given qualifier="CL">ANNIE</given>',
      {
        birthFamily: 'NAISSANCE',
        firstBirthGiven: 'ANNE',
        birthGivens: ['ANNE', 'MARIE'],
        usedFamily: 'USAGE',
        usedGiven: 'ANNIE',
      },
    ],
    [
      'only a first given name',
      '<family qualifier="BR">N</family><given qualifier="BR">ANNE</given>',
      { birthFamily: 'N', firstBirthGiven: 'ANNE', birthGivens: ['ANNE'] },
    ],
    ['unqualified names', '<family> N </family><given>ANNE</given>', { birthFamily: 'N', birthGivens: ['ANNE'] }],
    [
      'several qualifiers at once',
      '<family qualifier="BR CL">N</family>',
      { birthFamily: 'N', usedFamily: 'N', birthGivens: [] },
    ],
  ])('reads %s', (_title, name, expected) => {
    const { patient } = read({ name });
    const { birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven } = patient;
    expect({ birthFamily, birthGivens, firstBirthGiven, usedFamily, usedGiven }).toEqual({
      firstBirthGiven: undefined,
      usedFamily: undefined,
      usedGiven: undefined,
      ...expected,
    });
  });

  it('tells the INS from the local identifier by its OID, whatever their order', () => {
    for (const patientIds of [INS + IPP, IPP + INS]) {
      expect(read({ patientIds }).patient).toMatchObject({
        ins: { value: '279035121518989' },
        ipp: { value: 'IPP1', oid: '1.2.3.4' },
      });
    }
    expect(read({ patientIds: `<id root="1.2.250.1.213.1.4.2" extension="OLD"/>${INS}` }).patient.ipp).toBeUndefined();
  });

  it('reads the sex, the birth place and odd genders', () => {
    expect(read({ patientRest: genderAndBirth('M') }).patient).toMatchObject({
      sex: 'M',
      birthPlace: '63220',
      birthDate: '1979',
    });
    expect(read({ patientRest: genderAndBirth('UN') }).patient.sex).toBe('U');
  });

  it('sorts the translations of an act', () => {
    const translations =
      translation('NZQN001', CCAM) +
      translation('MR', DCM, '121139') +
      translation('CT', DCM) +
      translation('61685007', SNOMED, '39111-0') +
      translation('1', SNOMED);
    const [first] = read({ studies: study(undefined, translations) }).studies;
    expect(first?.modalities.map(({ code }) => code)).toEqual(['MR', 'CT']);
    expect(first?.regions.map(({ code }) => code)).toEqual(['61685007']);
    expect(first?.actTranslations.map(({ code }) => code)).toEqual(['NZQN001', '1']);
  });

  it('takes one study per Study Instance UID and skips service events without one', () => {
    const studies = [
      '<documentationOf><serviceEvent><code code="Z13.9" codeSystem="2.16.840.1.113883.6.3"/></serviceEvent></documentationOf>',
      study('<id root="D52DE737-001D-4031-B571-0A0ED7C42300"/>'),
      study('<id root="1.2.5" extension="studyInstanceUID"/>', translation('MR', DCM)),
      study('<id nullFlavor="UNK"/><id root="1.2.6"/>'),
      study('<id root="1.2.5"/>', translation('MR', DCM) + translation('CT', DCM)).replace('24802-1', '24727-0'),
    ].join('');
    const result = read({ studies });
    expect(result.studies.map(({ uid }) => uid)).toEqual(['1.2.5', '1.2.6']);
    expect(result.studies[0]?.modalities.map(({ code }) => code)).toEqual(['MR', 'CT']);
    expect(result.studies[0]?.actTranslations.map(({ code }) => code)).toEqual(['24727-0']);
    expect(read({ studies: '' }).studies).toEqual([]);
  });

  it('reads orders', () => {
    const orders =
      order('<id root="1.6" extension="OPN"/><ps3-20:accessionNumber root="1.5" extension="ACN"/>') +
      order('<id nullFlavor="UNK"/><ps3-20:accessionNumber root="1.5" extension="ACN2"/>') +
      order('<id nullFlavor="UNK"/>') +
      order('<accessionNumber root="1.5" extension="wrong namespace"/>');
    expect(read({ orders }).orders).toEqual([
      { placer: { root: '1.6', extension: 'OPN' }, accession: { root: '1.5', extension: 'ACN' } },
      { accession: { root: '1.5', extension: 'ACN2' } },
    ]);
  });

  it('reads the people and the organisations', () => {
    const result = read({
      header: `<author><assignedAuthor>${person('1')}${organization('11')}</assignedAuthor></author>
        <author><assignedAuthor><id nullFlavor="NA"/><assignedAuthoringDevice/></assignedAuthor></author>
        <custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.250.1.71.4.2.2" extension="22"/></representedCustodianOrganization></assignedCustodian></custodian>
        <legalAuthenticator><assignedEntity>${person('3')}${organization('33')}</assignedEntity></legalAuthenticator>
        <componentOf><encompassingEncounter><location><healthCareFacility><code code="SA08" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location></encompassingEncounter></componentOf>`,
    });
    expect(result.authors).toEqual([
      {
        person: { id: '1', family: 'F', given: 'G', role: { code: 'G15_10/SM44', system: '1.2' } },
        organization: { id: '11', name: 'O' },
      },
      {},
    ]);
    expect(result.legalAuthenticator?.organization?.id).toBe('33');
    expect(result.custodian).toEqual({ id: '22' });
    expect(result.facilityType).toEqual({ code: 'SA08', system: '1.2.250.1.71.4.2.4' });
  });

  it('ignores the studies a level 3 body repeats', () => {
    const body = `<component><structuredBody><component><section><entry><act><id root="1.2.77"/></act></entry></section></component></structuredBody></component>`;
    expect(read({ body }).studies.map(({ uid }) => uid)).toEqual([STUDY_UID]);
  });

  it.each<[title: string, fixture: CdaFixture, expected: CdaFailure]>([
    ['no id', { id: '' }, { kind: 'missing', path: 'id/@root' }],
    ['a null id', { id: '<id nullFlavor="UNK"/>' }, { kind: 'missing', path: 'id/@root' }],
    [
      'an id that is too long',
      { id: `<id root="1.2" extension="${'x'.repeat(201)}"/>` },
      { kind: 'missing', path: 'id/@root' },
    ],
    ['no type', { code: '' }, { kind: 'missing', path: 'code' }],
    ['no INS', { patientIds: IPP }, { kind: 'missing', path: 'recordTarget/patientRole/id (INS)' }],
    [
      'an INS without a value',
      { patientIds: '<id root="1.2.250.1.213.1.4.8"/>' },
      { kind: 'missing', path: 'recordTarget/patientRole/id (INS)' },
    ],
    [
      'two INS',
      { patientIds: `${INS}<id extension="1" root="1.2.250.1.213.1.4.10"/>` },
      { kind: 'ambiguous', path: 'recordTarget/patientRole/id (INS)' },
    ],
    [
      'no family name',
      { name: '<given>A</given>' },
      { kind: 'missing', path: 'recordTarget/patientRole/patient/name/family' },
    ],
    ['no birth date', { patientRest: '' }, { kind: 'missing', path: 'recordTarget/patientRole/patient/birthTime' }],
    [
      'two patients',
      { header: `<recordTarget><patientRole>${INS}</patientRole></recordTarget>` },
      { kind: 'ambiguous', path: 'recordTarget/patientRole' },
    ],
    [
      '51 studies',
      { studies: Array.from({ length: 51 }, (_, i) => study(`<id root="1.2.${i}"/>`)).join('') },
      { kind: 'too-many-nodes' },
    ],
  ])('refuses %s', (_title, fixture, expected) => {
    expect(failure(fixture)).toEqual(expected);
  });

  it.each([
    ['another document', '<html/>'],
    ['the right name in no namespace', '<ClinicalDocument/>'],
    ['the right name in another namespace', '<ClinicalDocument xmlns="urn:other"/>'],
  ])('refuses %s', (_title, xml) => {
    expect(readReportCda(Buffer.from(xml))).toEqual({ ok: false, failure: { kind: 'not-cda' } });
  });
});
