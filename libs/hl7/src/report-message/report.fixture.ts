/** A made message for the tests: the parts a test wants to change, the rest right. */
export interface ReportFixture {
  readonly type?: 'ORU' | 'MDM';
  readonly event?: string;
  readonly orderControl?: string;
  readonly resultStatus?: string;
  readonly base64?: string;
  /** Replaces or, when undefined, removes the segments that start so. */
  readonly replace?: Readonly<Record<string, string | undefined>>;
  readonly separator?: string;
}

export const DOCUMENT = '<ClinicalDocument xmlns="urn:hl7-org:v3">é</ClinicalDocument>\n';

export const FLAGS = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REP_LEGAUX', 'CONNEXION_SECRETE', 'MODIF_CONF_CODE'];

/** ER7 bytes of a report message (fictitious patient). */
export function reportMessage(fixture: ReportFixture = {}): Buffer {
  const { type = 'ORU', orderControl = 'NW', resultStatus = 'F', separator = '\r' } = fixture;
  const event = fixture.event ?? (type === 'ORU' ? 'R01' : 'T02');
  const structure = type === 'ORU' ? 'ORU_R01' : 'MDM_T02';
  const version = type === 'ORU' ? '2.5' : '2.6';
  const base64 = fixture.base64 ?? Buffer.from(DOCUMENT).toString('base64');
  const segments = [
    `MSH|^~\\&|RIS|SITE|DRIMBOX|SITE|20260102101500||${type}^${event}^${structure}|M1|T|${version}|||||FRA|UNICODE UTF-8|||2.1^CISIS_CDA_HL7_V2`,
    ...(type === 'MDM' ? ['EVN||20260102101500'] : []),
    'PID|1||279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS~IPP1^^^RIS&1.2.3.4&ISO^PI||PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L||19790328|F|||^^^^^^BDL^^63220|||||||||||||||||||||VALI',
    'PV1|1|O',
    `ORC|${orderControl}`,
    "OBR|1|||18748-4^CR d'imagerie médicale^LN",
    ...(type === 'MDM' ? ['TXA|1|18748-4|TEXT|||||||||1.2.3.402|1.2.3.401||||AU'] : []),
    `OBX|1|ED|18748-4^CR d'imagerie médicale^LN||^TEXT^XML^Base64^${base64}||||||${resultStatus}`,
    'PRT||UC||SB^^participation|801234560801^BIDEAULT^Jacques^^^^^^AUT&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS|||Centre Ambroise^^^^^AUT&1.2.250.1.71.4.2.2&ISO^FINEG^^^101235555',
    ...FLAGS.map((code, i) => `OBX|${i + 2}|CE|${code}^label^MetaDMPMSS||N^^expandedYes-NoIndicator||||||F`),
  ];
  const replaced = segments.flatMap((segment) => {
    const key = Object.keys(fixture.replace ?? {}).find((start) => segment.startsWith(start));
    if (key === undefined) return [segment];
    const other = fixture.replace?.[key];
    return other === undefined ? [] : [other];
  });
  return Buffer.from(replaced.map((segment) => segment + separator).join(''));
}
