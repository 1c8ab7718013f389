import { spawnSync } from 'node:child_process';
import { describeWithSamples } from '@drimbox/testing';
import { generateStudy } from '../../studies/generate-study.js';
import { testPatient } from '../../studies/test-patient.js';
import { TEST_RADIOLOGIST } from '../actors.js';
import { tinyPdf } from './body.js';
import { reportCda } from './report-cda.js';
import { reportedStudy, type ReportOptions } from './report-options.js';

const studies = [101, 102, 103].map((number) =>
  reportedStudy(generateStudy({ number, series: [{ modality: number === 102 ? 'MR' : 'CT' }] })),
);

function xmllint(args: string[], xml: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('xmllint', [...args, '-'], { input: xml, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Value of an XPath with local names only: `xpath(xml, "id/@root")` below ClinicalDocument. */
function xpath(xml: string, path: string): string {
  const steps = path
    .split('/')
    .map((step) => (step.startsWith('@') ? step : step.replace(/^[A-Za-z]+/, (name) => `*[local-name()='${name}']`)));
  return xmllint(['--xpath', `string(/*/${steps.join('/')})`], xml).output.trim();
}

const FORMS: readonly (readonly [string, ReportOptions])[] = [
  ['one study, level 1', { studies: studies.slice(0, 1) }],
  ['three studies, level 3', { studies, level: 3 }],
  ['a replacement', { studies, id: '1.2.250.1.213.4.5.4.402', replaces: '1.2.250.1.213.4.5.4.401' }],
  ['a restricted one', { studies, confidentiality: 'R' }],
  [
    'one without order, accession, modality and local id',
    {
      studies: [{ uid: '1.2.3', act: { code: '1-1', display: 'a & b < "c"' }, start: '20260101', stop: '20260101' }],
      patientId: null,
    },
  ],
  ['another identity', { studies, patient: testPatient(7) }],
];

describe('reportCda', () => {
  it.each(FORMS)('writes well-formed XML: %s', (_, options) => {
    expect(xmllint(['--noout'], reportCda(options).xml)).toEqual({ status: 0, output: '' });
  });

  it('puts every value where the spec table says', () => {
    const performer = { ...TEST_RADIOLOGIST.structure, id: '1750000001' };
    const signer = { ...TEST_RADIOLOGIST, structure: { ...TEST_RADIOLOGIST.structure, id: '1750000002' } };
    const { xml } = reportCda({
      studies,
      id: '1.2.250.1.213.4.5.4.402',
      replaces: '1.2.250.1.213.4.5.4.401',
      performer,
      legalAuthenticator: signer,
      patientId: 'IPP9',
      confidentiality: 'V',
    });
    const event = 'documentationOf[2]/serviceEvent';
    const expected: Record<string, string> = {
      'id/@root': '1.2.250.1.213.4.5.4.402',
      'versionNumber/@value': '2',
      'confidentialityCode/@code': 'V',
      'relatedDocument/parentDocument/id/@root': '1.2.250.1.213.4.5.4.401',
      'recordTarget/patientRole/id[1]/@extension': '279035121518989',
      'recordTarget/patientRole/id[1]/@root': '1.2.250.1.213.1.4.10',
      'recordTarget/patientRole/id[2]/@extension': 'IPP9',
      'recordTarget/patientRole/patient/birthplace/place/addr/county': '63220',
      'legalAuthenticator/assignedEntity/representedOrganization/id/@extension': '1750000002',
      'inFulfillmentOf[2]/order/id/@extension': 'OPN102',
      "inFulfillmentOf[2]/order/*[local-name()='accessionNumber']/@extension": 'ACN102',
      [`${event}/id/@root`]: '1.2.250.1.213.4.5.2.1.102',
      [`${event}/code/translation[1]/@code`]: 'MR',
      'documentationOf[1]/serviceEvent/code/translation[1]/@code': 'ZBQK001',
      'documentationOf[1]/serviceEvent/code/translation[2]/@code': 'CT',
      [`${event}/performer/assignedEntity/representedOrganization/id/@extension`]: '1750000001',
    };
    const found = Object.fromEntries(Object.keys(expected).map((path) => [path, xpath(xml, path)]));
    expect(found).toEqual(expected);
  });

  it('keeps the family of versions over a replacement', () => {
    const first = reportCda({ studies }).xml;
    const second = reportCda({ studies, id: '1.2.250.1.213.4.5.4.402', replaces: '1.2.250.1.213.4.5.4.401' }).xml;
    expect(xpath(second, 'setId/@root')).toBe(xpath(first, 'setId/@root'));
    expect(xpath(first, 'setId/@root')).not.toBe('');
  });

  it('makes a PDF whose cross-reference table is right', () => {
    const pdf = tinyPdf('a (b) \\ c').toString('latin1');
    const table = Number(/startxref\n([0-9]+)/.exec(pdf)?.[1]);
    const offsets = [...pdf.slice(table).matchAll(/([0-9]{10}) 00000 n/g)].map(([, offset]) => Number(offset));
    expect(offsets).toHaveLength(5);
    for (const [index, offset] of offsets.entries())
      expect(pdf.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj`));
  });
});

describeWithSamples('reportCda against the CDA schema', (samples) => {
  const schema = ['--noout', '--huge', '--schema', `${samples}/interop/cda-xsd/CDA_extended.xsd`];

  it.each(FORMS)('validates: %s', (_, options) => {
    expect(xmllint(schema, reportCda(options).xml)).toEqual({
      status: 0,
      output: expect.stringContaining('- validates') as string,
    });
  });

  it('would see a misplaced element', () => {
    const { xml } = reportCda({ studies });
    expect(xmllint(schema, xml.replace('<realmCode code="FR"/>', '')).status).toBe(0);
    expect(
      xmllint(
        schema,
        xml.replace(/<title>.*<\/title>/, '').replace('</ClinicalDocument>', '<title/></ClinicalDocument>'),
      ).status,
    ).not.toBe(0);
  });
});
