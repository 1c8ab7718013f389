import { parseMessage, type Message } from '../message/parse.js';
import { readReportMessage, type ReportMessage, type ReportOptions } from './read-report-message.js';
import { DOCUMENT, FLAGS, reportMessage, type ReportFixture } from './report.fixture.js';

function parsed(bytes: Buffer): Message {
  const result = parseMessage(bytes);
  if (!result.ok) throw new Error(result.problem.kind);
  return result.value;
}
const read = (fixture: ReportFixture, options?: ReportOptions): ReturnType<typeof readReportMessage> =>
  readReportMessage(parsed(reportMessage(fixture)), options);
function accepted(fixture: ReportFixture, options?: ReportOptions): ReportMessage {
  const result = read(fixture, options);
  if (!result.ok) throw new Error(result.problem.detail);
  return result.value;
}
/** `kind code location` of a refusal. */
function refusal(fixture: ReportFixture, options?: ReportOptions): string {
  const result = read(fixture, options);
  if (result.ok) return 'accepted';
  const { kind, hl7 } = result.problem;
  const { segment, sequence, field, component } = hl7.location ?? { segment: '' };
  expect(hl7.ackCode).toBe('AE');
  return [
    kind,
    hl7.code0357,
    [segment, sequence, field, component].filter((part) => part !== undefined).join('-'),
  ].join(' ');
}
const OBX = (type: string, code: string, value: string): string => `OBX|1|${type}|${code}||${value}||||||F`;
const FLAG = (code: string, value: string): string => OBX('CE', `${code}^label^MetaDMPMSS`, value);

const header = (changes: Readonly<Record<number, string>>): ReportFixture => {
  const fields = reportMessage().toString().split('\r')[0]!.split('|');
  for (const [n, value] of Object.entries(changes)) fields[Number(n) - 1] = value;
  return { replace: { MSH: fields.join('|') } };
};

const pid = (ids: string): ReportMessage['patient'] => accepted({ replace: { PID: `PID|1||${ids}||A^B` } }).patient;

describe('report messages', () => {
  it('reads an ORU', () => {
    const { document, ...report } = accepted({});
    expect(document.toString()).toBe(DOCUMENT);
    expect(report).toEqual({
      type: 'ORU',
      event: 'R01',
      operation: 'new',
      application: 'RIS',
      facility: 'SITE',
      controlId: 'M1',
      messageTime: '20260102101500',
      processingId: 'T',
      documentType: { code: '18748-4', display: "CR d'imagerie médicale", system: 'LN' },
      isImaging: true,
      paddingRepaired: false,
      patient: {
        ins: { value: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
        ipp: { value: 'IPP1', oid: '1.2.3.4' },
        birthFamily: 'PAT-TROIS',
        birthGiven: 'DOMINIQUE',
        birthGivens: 'DOMINIQUE',
        birthDate: '19790328',
        sex: 'F',
        birthPlace: '63220',
        reliability: ['VALI'],
      },
      patientClass: 'O',
      sender: {
        person: { id: '801234560801', family: 'BIDEAULT', given: 'Jacques', idType: 'IDNPS' },
        organization: { id: '101235555', name: 'Centre Ambroise', idType: 'FINEG' },
      },
      flags: {
        masquePs: false,
        invisiblePatient: false,
        invisibleRepresentants: false,
        connexionSecrete: false,
        modifConfCode: false,
      },
      warnings: [],
    });
  });

  it('reads the ids of an MDM', () => {
    expect(accepted({ type: 'MDM', event: 'T10', orderControl: 'RO', resultStatus: 'C' })).toMatchObject({
      operation: 'replace',
      documentId: '1.2.3.402',
      replacedId: '1.2.3.401',
    });
  });

  it('accepts the three coherent triples and refuses every other', () => {
    const coherent: Record<string, string> = {
      'R01 NW F': 'new',
      'R01 RO C': 'replace',
      'R01 CA D': 'withdraw',
      'T02 NW F': 'new',
      'T10 RO C': 'replace',
      'T04 CA D': 'withdraw',
    };
    for (const event of ['R01', 'T02', 'T10', 'T04']) {
      for (const orderControl of ['NW', 'RO', 'CA']) {
        for (const resultStatus of ['F', 'C', 'D']) {
          const result = read({ type: event === 'R01' ? 'ORU' : 'MDM', event, orderControl, resultStatus });
          const expected = coherent[`${event} ${orderControl} ${resultStatus}`] ?? 'incoherent-intent';
          expect(result.ok ? result.value.operation : result.problem.kind).toBe(expected);
        }
      }
    }
  });

  it.each<[title: string, fixture: ReportFixture, expected: string]>([
    ['an unknown ORC-1', { orderControl: 'XO' }, 'forbidden-value 103 ORC-1'],
    ['an unknown OBX-11', { resultStatus: 'P' }, 'forbidden-value 103 OBX-1-11'],
    ['another event of ORU', { event: 'R30' }, 'unsupported-event 201 MSH-9-2'],
    ['T11, not used in France', { type: 'MDM', event: 'T11' }, 'unsupported-event 201 MSH-9-2'],
    ['no PID', { replace: { PID: undefined } }, 'missing-segment 100 PID'],
    ['no TXA in an MDM', { type: 'MDM', replace: { TXA: undefined } }, 'missing-segment 100 TXA'],
    ['no PV1 in an MDM', { type: 'MDM', replace: { PV1: undefined } }, 'missing-segment 100 PV1'],
    ['an empty PID-3', { replace: { PID: 'PID|1||""||A' } }, 'missing-field 101 PID-3'],
    ['an empty PV1-2', { replace: { PV1: 'PV1|1' } }, 'missing-field 101 PV1-2'],
    ['no document', { replace: { 'OBX|1|': undefined } }, 'no-document 101 OBX'],
    ['an empty OBX-5', { replace: { 'OBX|1|': OBX('ED', '18748-4', '') } }, 'no-document 101 OBX-1-5'],
    ['an empty component 5', { base64: '' }, 'no-document 101 OBX-1-5'],
    [
      'two documents',
      { replace: { 'OBX|2|': OBX('ED', '18748-4^x^LN', '^TEXT^XML^Base64^PGE+') } },
      'several-documents 198 OBX-2',
    ],
    ['a repeated document', { base64: 'PGE+~PGE+' }, 'damaged-document 198 OBX-1-5'],
    [
      'another encoding',
      { replace: { 'OBX|1|': OBX('ED', '18748-4', '^TEXT^XML^Hex^3C') } },
      'forbidden-value 103 OBX-1-5-4',
    ],
    ['damaged base64', { base64: 'PGEg%PGE+' }, 'damaged-document 102 OBX-1-5'],
    [
      'text instead of XML',
      { base64: Buffer.from('Document médical').toString('base64') },
      'not-a-document 102 OBX-1-5',
    ],
    ['a flag of value y', { replace: { 'OBX|3|': FLAG('INVISIBLE_PATIENT', 'y') } }, 'forbidden-value 103 OBX-3-5'],
    ['a flag without value', { replace: { 'OBX|3|': FLAG('INVISIBLE_PATIENT', '') } }, 'forbidden-value 103 OBX-3-5'],
    [
      'a flag of two values',
      { replace: { 'OBX|3|': FLAG('INVISIBLE_PATIENT', 'Y~N') } },
      'forbidden-value 103 OBX-3-5',
    ],
    ['a flag given twice', { replace: { 'OBX|3|': FLAG('MASQUE_PS', 'N') } }, 'forbidden-value 198 OBX-3-5'],
  ])('refuses %s', (_title, fixture, expected) => {
    expect(refusal(fixture)).toBe(expected);
  });

  describe('the header', () => {
    it.each([
      [3, '', 'missing-field 101 MSH-3'],
      [7, '', 'missing-field 101 MSH-7'],
      [10, '', 'missing-field 101 MSH-10'],
      [10, 'x'.repeat(200), 'forbidden-value 102 MSH-10'],
      [11, '', 'missing-field 101 MSH-11'],
      [11, 'X', 'unsupported-processing-id 202 MSH-11'],
      [12, '', 'missing-field 101 MSH-12'],
      [12, '2.6', 'unsupported-version 203 MSH-12'],
      [9, 'ADT^A01', 'unsupported-type 200 MSH-9-1'],
      [9, '', 'missing-field 101 MSH-9'],
      [9, 'OMI^O23', 'unsupported-type 200 MSH-9'],
    ])('MSH-%i %j: %s', (field, value, expected) => {
      expect(refusal(header({ [field]: value }))).toBe(expected);
    });

    it('traces another version when told to tolerate it, and another profile always', () => {
      const report = accepted(header({ 12: '2.3.1', 21: '2.0^OTHER' }), { strictVersion: false });
      expect(report.warnings.map(({ kind }) => kind)).toEqual(['unexpected-version', 'unexpected-profile']);
    });
  });

  it('repairs and traces wrong padding, or refuses it when told so', () => {
    const base64 = Buffer.from(`${DOCUMENT}  `).toString('base64').replace(/=+$/, '');
    expect(base64.length % 4).not.toBe(0);
    const report = accepted({ base64 });
    expect(report.document.toString()).toBe(`${DOCUMENT}  `);
    expect(report.paddingRepaired).toBe(true);
    expect(report.warnings.map(({ kind }) => kind)).toEqual(['padding-repaired']);
    expect(refusal({ base64 }, { tolerateBase64Padding: false })).toBe('damaged-document 102 OBX-1-5');
  });

  it('reads each flag, and counts an absent one as no or refuses the message', () => {
    const names = ['masquePs', 'invisiblePatient', 'invisibleRepresentants', 'connexionSecrete', 'modifConfCode'];
    for (const [i, code] of FLAGS.entries()) {
      const flags = accepted({ replace: { [`OBX|${i + 2}|`]: FLAG(code, 'Y^^expandedYes-NoIndicator') } }).flags;
      expect(
        Object.entries(flags)
          .filter(([, on]) => on)
          .map(([name]) => name),
      ).toEqual([names[i]]);
    }
    const absent = { replace: { 'OBX|4|': undefined } };
    expect(accepted(absent).flags.invisibleRepresentants).toBe(false);
    expect(accepted(absent).warnings).toEqual([
      { kind: 'missing-flag', location: { segment: 'OBX' }, detail: 'no OBX INVISIBLE_REP_LEGAUX' },
    ]);
    expect(refusal(absent, { missingFlag: 'refuse' })).toBe('missing-segment 101 OBX');
  });

  it('takes only a PRT of the document as its sender', () => {
    const prt = 'PRT||UC||SB^^participation|1^A^B';
    const elsewhere = accepted({ replace: { PRT: undefined, 'OBX|2|': `${FLAG('MASQUE_PS', 'N')}\r${prt}` } });
    expect(elsewhere.sender).toBeUndefined();
    expect(elsewhere.warnings.map(({ kind }) => kind)).toEqual(['missing-sender']);
    expect(accepted({ replace: { PRT: `PRT||UC||RCT|9^X\r${prt}` } }).sender).toEqual({
      person: { id: '1', family: 'A', given: 'B' },
    });
  });

  it('knows an INS by its type and its OID, and a local identifier by its type', () => {
    expect(pid('1^^^X&1.2.250.1.213.1.4.8&ISO^PI').ins).toBeUndefined();
    expect(pid('1^^^X&1.2.250.1.213.1.4.2&ISO^INS').ins).toBeUndefined();
    expect(pid('7^^^RIS^PI~1^^^X&1.2.250.1.213.1.4.9&ISO^INS')).toMatchObject({
      ins: { value: '1', oid: '1.2.250.1.213.1.4.9' },
      ipp: { value: '7' },
    });
  });

  it('tells imaging reports from others by the type of the document', () => {
    const biology = {
      replace: { 'OBX|1|': OBX('ED', '11502-2^CR^LN', '^TEXT^XML^Base64^PGE+'), OBR: 'OBR|1|||11502-2^CR^LN' },
    };
    expect(accepted(biology).isImaging).toBe(false);
    expect(accepted(biology, { imagingTypes: new Set(['11502-2']) }).isImaging).toBe(true);
    expect(accepted({ replace: { OBR: 'OBR|1|||24802-1^RM^LN' } }).isImaging).toBe(true);
  });

  it('puts no value of the message into a refusal', () => {
    const secret = 'PAT-TROIS';
    for (const replace of [
      { ORC: `ORC|${secret}` },
      { 'OBX|3|': FLAG('INVISIBLE_PATIENT', secret) },
      { 'OBX|1|': OBX('ED', secret, `^TEXT^XML^${secret}^${secret}`) },
    ]) {
      const result = read({ replace });
      expect(result.ok).toBe(false);
      expect(JSON.stringify(result)).not.toContain(secret);
    }
  });
});
