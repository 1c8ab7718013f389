/** Namespaces and OIDs of the imaging report (CDA R2, CI-SIS IMG-CR-IMG; interop §3). */
export const HL7_V3 = 'urn:hl7-org:v3';
export const DICOM_PS3_20 = 'urn:dicom-org:ps3-20';

/** INS-NIR, INS-NIA, INS-NIR test, INS-NIR demonstration (interop §1.5). */
export const INS_OIDS: ReadonlySet<string> = new Set([
  '1.2.250.1.213.1.4.8',
  '1.2.250.1.213.1.4.9',
  '1.2.250.1.213.1.4.10',
  '1.2.250.1.213.1.4.11',
]);
/** The former INS-C: neither an INS of today nor a local identifier. */
export const INS_C_OID = '1.2.250.1.213.1.4.2';

/** National identifiers of persons (PS_IdNat) and of structures (Struct_IdNat). */
export const PERSON_OID = '1.2.250.1.71.4.2.1';
export const STRUCTURE_OID = '1.2.250.1.71.4.2.2';

/** qualifier/name of the translations of serviceEvent/code: DCM "modality", LOINC "anatomic region". */
export const MODALITY_QUALIFIER = '121139';
export const REGION_QUALIFIER = '39111-0';
export const DICOM_TERMINOLOGY_OID = '1.2.840.10008.2.16.4';
