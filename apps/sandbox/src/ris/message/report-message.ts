import { PERSON_OID, type Signatory, STRUCTURE_OID, TEST_RADIOLOGIST } from '../actors.js';
import { ISSUER } from '../../studies/numbering.js';
import type { ReportDocument } from '../cda/report-options.js';
import { components, encode, escaped, type MessageCharset, messageHeader, segment } from './er7.js';

export type Intent = 'new' | 'replace' | 'withdraw';
export type MessageKind = 'ORU' | 'MDM';

/** Codes and labels of the MetaDMPMSS observations, in the order of the volet (drimbox-rules §2.1). */
const FLAGS = {
  MASQUE_PS: 'Masqué aux professionnels de santé',
  INVISIBLE_PATIENT: 'Document non visible par le patient',
  INVISIBLE_REP_LEGAUX: 'Non visible par les représentants légaux du patient',
  CONNEXION_SECRETE: 'Connexion secrète',
  MODIF_CONF_CODE: 'Modification du code de confidentialité',
  DESTDMP: 'Destinataire DMP',
  DESTMSSANTEPS: 'Destinataire professionnel de santé',
  DESTMSSANTEPAT: 'Destinataire patient',
} as const;
export type Flag = keyof typeof FLAGS;

/** The three places that say the operation; they must agree (interop §1.1), unless a test makes them disagree. */
export interface Triple {
  /** Trigger event of MDM; ORU always says R01. */
  readonly event: string;
  readonly orc1: string;
  readonly obx11: string;
}

export interface MessageOptions {
  readonly kind: MessageKind;
  readonly intent: Intent;
  readonly cda: ReportDocument;
  /** All N but DESTDMP unless said here. */
  readonly flags?: Partial<Record<Flag, boolean>>;
  /** PRT `SB`: in whose name the DMP is fed; null leaves the segment out. */
  readonly sender?: Signatory | null;
  /** MSH-3 and MSH-4. */
  readonly application?: string;
  readonly facility?: string;
  /** MSH-10. */
  readonly controlId?: string;
  /** MSH-7, YYYYMMDDHHMMSS. */
  readonly time?: string;
  /** Of the message; the CDA inside is UTF-8 in base64. */
  readonly charset?: MessageCharset;
  /** PV1-2; default O (outpatient). */
  readonly patientClass?: string;
  /** Segments end with CR by the standard; the national examples with LF. */
  readonly separator?: '\r' | '\n' | '\r\n';
  /** Grows the CDA by a comment until the message has at least this many bytes (4 more at most). */
  readonly bytes?: number;
  /** Makes the message wrong: overrides what kind and intent ask for. */
  readonly triple?: Partial<Triple>;
  /** MSH-12 and MSH-21, to make them wrong. */
  readonly version?: string;
  readonly profile?: string;
}

const TRIPLES: Readonly<Record<Intent, Triple>> = {
  new: { event: 'T02', orc1: 'NW', obx11: 'F' },
  replace: { event: 'T10', orc1: 'RO', obx11: 'C' },
  withdraw: { event: 'T04', orc1: 'CA', obx11: 'D' },
};

const REPORT_TYPE = components('18748-4', "CR d'imagerie médicale", 'LN');
const PROFILE = components('2.1', 'CISIS_CDA_HL7_V2');

/** A report as the RIS sends it: ORU^R01 (HL7 2.5) or MDM^T02/T10/T04 (HL7 2.6), interop §1.2. Without MLLP framing. */
export function reportMessage(options: MessageOptions): Buffer {
  const plain = write(options, options.cda.xml);
  const missing = (options.bytes ?? 0) - plain.length;
  if (missing <= 0) return plain;
  const filler = `<!--${'.'.repeat(Math.max(0, Math.ceil(missing / 4) * 3 - '<!---->'.length))}-->`;
  return write(
    options,
    options.cda.xml.replace(/<\/ClinicalDocument>\s*$/, (end) => filler + end),
  );
}

function write(options: MessageOptions, xml: string): Buffer {
  const { kind, intent, cda, sender = TEST_RADIOLOGIST, charset = 'UNICODE UTF-8', separator = '\r' } = options;
  const { time = '20260105112000', patientClass = 'O' } = options;
  const { event, orc1, obx11 } = { ...TRIPLES[intent], ...options.triple };
  const mdm = kind === 'MDM';
  const type = mdm ? components('MDM', event, 'MDM_T02') : components('ORU', 'R01', 'ORU_R01');
  const version = options.version ?? (mdm ? '2.6' : '2.5');
  const segments = [
    messageHeader({
      3: escaped(options.application ?? 'RIS-TEST'),
      4: escaped(options.facility ?? 'SITE-TEST'),
      5: 'DRIMBOX',
      6: 'DRIMBOX',
      7: time,
      9: type,
      10: escaped(options.controlId ?? 'MSG0001'),
      11: 'T',
      12: version,
      17: 'FRA',
      18: charset,
      21: options.profile ?? PROFILE,
    }),
    ...(mdm ? [segment('EVN', { 2: time })] : []),
    patientIdentification(cda),
    segment('PV1', { 1: '1', 2: patientClass, 19: components('V1', '', '', hd('RIS-TEST', VISIT_OID), 'VN') }),
    segment('ORC', { 1: orc1 }),
    segment('OBR', { 1: '1', 4: REPORT_TYPE }),
    ...(mdm ? [transcription(cda, intent)] : []),
    segment('OBX', {
      1: '1',
      2: 'ED',
      3: REPORT_TYPE,
      5: components('', mdm ? 'text' : 'TEXT', 'XML', 'Base64', Buffer.from(xml, 'utf8').toString('base64')),
      11: obx11,
    }),
    ...(sender === null ? [] : [participation(sender)]),
    ...flagObservations(options.flags ?? {}, mdm ? 'CWE' : 'CE'),
  ];
  return encode(segments.map((each) => each + separator).join(''), charset);
}

const VISIT_OID = '1.2.250.1.213.4.5.2.8';
const hd = (namespace: string, oid: string): string => `${namespace}&${oid}&ISO`;

/** PID: INS first, then the local id; traits of a qualified identity (interop §1.5). */
function patientIdentification({ patient, patientId }: ReportDocument): string {
  const ins = components(patient.ins, '', '', hd('ASIP-SANTE-INS-NIR', patient.insOid), 'INS');
  const local =
    patientId === null ? [] : [components(escaped(patientId), '', '', hd('RIS-TEST', ISSUER.patientId), 'PI')];
  return segment('PID', {
    1: '1',
    3: [ins, ...local].join('~'),
    5: components(
      escaped(patient.birthFamily),
      escaped(patient.firstGiven),
      escaped(patient.birthGivens),
      '',
      '',
      '',
      'L',
    ),
    7: patient.birthDate,
    8: patient.sex,
    11: components('', '', '', '', '', '', 'BDL', '', patient.birthPlace),
    18: components('DOSSIER1', '', '', hd('RIS-TEST', '1.2.250.1.213.4.5.2.9'), 'AN'),
    31: 'N',
    32: 'VALI',
  });
}

/** TXA: ids of the document and of the one it replaces. */
const transcription = (cda: ReportDocument, intent: Intent): string =>
  segment('TXA', {
    1: '1',
    2: '18748-4',
    3: 'TEXT',
    12: cda.id,
    13: (intent === 'replace' ? cda.replaces : undefined) ?? '',
    17: 'AU',
  });

/** PRT of the sender: person in PRT-5 (XCN), structure in PRT-8 (XON). */
function participation({ person, structure }: Signatory): string {
  const who = [escaped(person.id), escaped(person.family), escaped(person.given), '', '', '', '', ''];
  return segment('PRT', {
    2: 'UC',
    4: components('SB', 'Send by', 'participation'),
    5: components(...who, hd('ASIP-SANTE-PS', PERSON_OID), 'D', '', '', 'IDNPS'),
    8: components(
      escaped(structure.name),
      '',
      '',
      '',
      '',
      hd('ASIP-SANTE-ST', STRUCTURE_OID),
      structure.idType,
      '',
      '',
      structure.id,
    ),
  });
}

function flagObservations(wanted: Partial<Record<Flag, boolean>>, valueType: 'CE' | 'CWE'): string[] {
  const values: Partial<Record<Flag, boolean>> = { DESTDMP: true, ...wanted };
  const names = Object.keys(FLAGS) as Flag[];
  return names.map((name, index) =>
    segment('OBX', {
      1: String(index + 2),
      2: valueType,
      3: components(name, FLAGS[name], 'MetaDMPMSS'),
      5: components(values[name] === true ? 'Y' : 'N', '', 'expandedYes-NoIndicator'),
      11: 'F',
    }),
  );
}
