/**
 * Codes of the volet "Transmission de document(s) CDA-R2 en HL7v2" v2.1.2 (interop §1) and of its neighbours.
 * What is uncertain in them is here, or a field of `ReportOptions`.
 */

/** MSH-21 of a report message. */
export const CDA_PROFILE = '2.1^CISIS_CDA_HL7_V2';
/** MSH-21 of the teleradiology flow, which uses OMI^O23 for another purpose (interop §2). */
export const TELERADIOLOGY_PROFILE = 'CISIS_TLR_HL7_V2';

/** INS-NIR, INS-NIA, INS-NIR test, INS-NIR demonstration (interop §1.5); the old INS-C (…4.2) is no INS. */
export const INS_OIDS: ReadonlySet<string> = new Set([
  '1.2.250.1.213.1.4.8',
  '1.2.250.1.213.1.4.9',
  '1.2.250.1.213.1.4.10',
  '1.2.250.1.213.1.4.11',
]);

/**
 * Document types that are imaging reports: `CR d'imagerie médicale` of JDV_J07. The LOINC codes of JDV_CodesDocumentImagerie name the act
 * in the CDA's code/translation, not the type; a site that receives one of them in OBX-3 adds it to `ReportOptions.imagingTypes`.
 */
export const IMAGING_TYPES: ReadonlySet<string> = new Set(['18748-4']);

/** Coding system of the metadata OBX (OBX-3.3). */
export const META_DMP_MSS = 'MetaDMPMSS';

export interface VisibilityFlags {
  readonly masquePs: boolean;
  readonly invisiblePatient: boolean;
  readonly invisibleRepresentants: boolean;
  readonly connexionSecrete: boolean;
  readonly modifConfCode: boolean;
}

/** OBX-3.1 of the flags the DRIMbox follows; the others (DESTDMP, MSSanté) are the PFI's business. */
export const FLAG_CODES: ReadonlyMap<string, keyof VisibilityFlags> = new Map([
  ['MASQUE_PS', 'masquePs'],
  ['INVISIBLE_PATIENT', 'invisiblePatient'],
  ['INVISIBLE_REP_LEGAUX', 'invisibleRepresentants'],
  ['CONNEXION_SECRETE', 'connexionSecrete'],
  ['MODIF_CONF_CODE', 'modifConfCode'],
]);

export type ReportOperation = 'new' | 'replace' | 'withdraw';

/** The consistent triples (interop §1.1): ORC-1, OBX-11 and, for MDM, the event. An ORU is always R01. */
export const OPERATIONS: readonly {
  readonly operation: ReportOperation;
  readonly mdmEvent: string;
  readonly orderControl: string;
  readonly resultStatus: string;
}[] = [
  { operation: 'new', mdmEvent: 'T02', orderControl: 'NW', resultStatus: 'F' },
  { operation: 'replace', mdmEvent: 'T10', orderControl: 'RO', resultStatus: 'C' },
  { operation: 'withdraw', mdmEvent: 'T04', orderControl: 'CA', resultStatus: 'D' },
];

/** MSH-12 of each message type. */
export const VERSIONS: Readonly<Record<'ORU' | 'MDM', string>> = { ORU: '2.5', MDM: '2.6' };
