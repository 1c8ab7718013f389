import { generateStudy } from '../../studies/generate-study.js';
import { reportCda } from '../cda/report-cda.js';
import { reportedStudy } from '../cda/report-options.js';
import { encode, escaped } from './er7.js';
import { type Intent, type MessageKind, type MessageOptions, reportMessage } from './report-message.js';

const studies = [reportedStudy(generateStudy({ series: [{ modality: 'CT' }] }))];
const cda = reportCda({ studies, id: '1.2.250.1.213.4.5.4.402', replaces: '1.2.250.1.213.4.5.4.401' });

/** A reading of its own, so that a fault of the writer is not read back the same way. */
function fields(message: Buffer, name: string, separator = '\r'): string[] {
  const line = message
    .toString('utf8')
    .split(separator)
    .find((each) => each.startsWith(`${name}|`));
  const parts = (line ?? '').split('|');
  return name === 'MSH' ? ['MSH', '|', ...parts.slice(1)] : parts;
}

const message = (options: Partial<MessageOptions> = {}): Buffer =>
  reportMessage({ kind: 'ORU', intent: 'new', cda, ...options });

describe('reportMessage', () => {
  it.each<[MessageKind, Intent, string, string, string]>([
    ['ORU', 'new', 'ORU^R01^ORU_R01', 'NW', 'F'],
    ['ORU', 'replace', 'ORU^R01^ORU_R01', 'RO', 'C'],
    ['ORU', 'withdraw', 'ORU^R01^ORU_R01', 'CA', 'D'],
    ['MDM', 'new', 'MDM^T02^MDM_T02', 'NW', 'F'],
    ['MDM', 'replace', 'MDM^T10^MDM_T02', 'RO', 'C'],
    ['MDM', 'withdraw', 'MDM^T04^MDM_T02', 'CA', 'D'],
  ])('%s %s says %s, %s, %s', (kind, intent, type, orc1, obx11) => {
    const sent = message({ kind, intent });
    expect(fields(sent, 'MSH')[9]).toBe(type);
    expect(fields(sent, 'MSH')[12]).toBe(kind === 'MDM' ? '2.6' : '2.5');
    expect(fields(sent, 'ORC')[1]).toBe(orc1);
    expect(fields(sent, 'OBX')[11]).toBe(obx11);
    expect(fields(sent, 'TXA')[12]).toBe(kind === 'MDM' ? cda.id : undefined);
    expect(fields(sent, 'TXA')[13]).toBe(kind === 'MDM' ? (intent === 'replace' ? cda.replaces : '') : undefined);
  });

  it('carries the CDA, the ids, the sender and the flags', () => {
    const sent = message({
      flags: { INVISIBLE_PATIENT: true },
      application: 'RIS-A',
      facility: 'SITE-A',
      controlId: 'X9',
    });
    const [, , , application, facility] = fields(sent, 'MSH');
    expect([application, facility, fields(sent, 'MSH')[10], fields(sent, 'MSH')[21]]).toEqual([
      'RIS-A',
      'SITE-A',
      'X9',
      '2.1^CISIS_CDA_HL7_V2',
    ]);
    expect(Buffer.from(fields(sent, 'OBX')[5]?.split('^')[4] ?? '', 'base64').toString('utf8')).toBe(cda.xml);
    expect(
      fields(sent, 'PID')[3]
        ?.split('~')
        .map((id) => id.split('^')[0]),
    ).toEqual(['279035121518989', 'IPP101']);
    expect(fields(sent, 'PRT')[8]?.split('^')[9]).toBe('101235555');
    const flags = [...sent.toString('utf8').matchAll(/\|([A-Z_]+)\^[^|]*\^MetaDMPMSS\|\|([YN])/g)];
    expect(flags.filter(([, , value]) => value === 'Y').map(([, name]) => name)).toEqual([
      'INVISIBLE_PATIENT',
      'DESTDMP',
    ]);
    expect(flags).toHaveLength(8);
    expect(fields(message({ sender: null }), 'PRT')).toEqual(['']);
  });

  it('can make the triple incoherent', () => {
    const sent = message({ kind: 'MDM', intent: 'new', triple: { orc1: 'CA' } });
    expect([fields(sent, 'MSH')[9], fields(sent, 'ORC')[1]]).toEqual(['MDM^T02^MDM_T02', 'CA']);
  });

  it.each([21_000, 330_000])('reaches %i bytes with a CDA that is still whole', (bytes) => {
    const sent = message({ bytes });
    expect(sent.length).toBeGreaterThanOrEqual(bytes);
    expect(sent.length).toBeLessThanOrEqual(bytes + 4);
    const xml = Buffer.from(fields(sent, 'OBX')[5]?.split('^')[4] ?? '', 'base64').toString('utf8');
    expect(xml.replace(/<!--\.*-->/, '')).toBe(cda.xml);
  });

  it('writes ISO 8859-15 and other separators', () => {
    const sent = message({ charset: '8859/15', separator: '\n' });
    expect(sent.includes(Buffer.from([0x6d, 0xe9, 0x64, 0x69, 0x63, 0x61, 0x6c, 0x65]))).toBe(true); // "médicale"
    expect(fields(sent, 'MSH', '\n')[18]).toBe('8859/15');
    expect(encode('œ€', '8859/15')).toEqual(Buffer.from([0xbd, 0xa4]));
    expect(() => encode('¤', '8859/15')).toThrow('8859-15');
    expect(() => encode('Ω', '8859/15')).toThrow('8859-15');
  });

  it('escapes separators in values', () => {
    expect(escaped('A|B^C&D~E\\F')).toBe('A\\F\\B\\S\\C\\T\\D\\R\\E\\E\\F');
  });
});
