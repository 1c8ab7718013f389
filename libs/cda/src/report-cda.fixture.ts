/** Parts of a made document that a test changes (fictitious patient). */
export interface CdaFixture {
  readonly prolog?: string;
  readonly id?: string;
  readonly code?: string;
  readonly patientIds?: string;
  readonly name?: string;
  readonly patientRest?: string;
  readonly studies?: string;
  readonly orders?: string;
  readonly header?: string;
  readonly body?: string;
}

export const INS = '<id extension="279035121518989" root="1.2.250.1.213.1.4.10"/>';
export const IPP = '<id extension="IPP1" root="1.2.3.4"/>';
export const STUDY_UID = '1.2.250.1.213.4.5.2.1.102';

export const study = (id = `<id root="${STUDY_UID}"/>`, translations = ''): string =>
  `<documentationOf><serviceEvent>${id}<code code="24802-1" displayName="RM genou" codeSystem="2.16.840.1.113883.6.1">${translations}</code>
   <effectiveTime><low value="20210108102500+0100"/><high value="20210108111700+0100"/></effectiveTime>
   <performer><assignedEntity><id root="1.2.250.1.71.4.2.1" extension="801234560801"/>
   <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="101235555"/><name>Centre Ambroise</name>
   <standardIndustryClassCode code="AMBULATOIRE" codeSystem="1.2.250.1.213.1.1.4.9"/></representedOrganization></assignedEntity></performer>
   </serviceEvent></documentationOf>`;

/** Bytes of an imaging report, level 1. */
export function cda(fixture: CdaFixture = {}): Buffer {
  const {
    prolog = '<?xml version="1.0" encoding="utf-8"?>\n',
    id = '<id root="1.2.3.402"/>',
    code = '<code code="18748-4" codeSystem="2.16.840.1.113883.6.1" displayName="CR"/>',
    patientIds = INS + IPP,
    name = '<family qualifier="BR">PAT-TROIS</family><given>DOMINIQUE</given>',
    patientRest = '<administrativeGenderCode code="F"/><birthTime value="19790328"/>',
    studies = study(),
    orders = '',
    header = '',
    body = '<component><nonXMLBody><text mediaType="application/pdf" representation="B64">JVBERi0=</text></nonXMLBody></component>',
  } = fixture;
  return Buffer.from(
    `${prolog}<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:ps3-20="urn:dicom-org:ps3-20">${id}${code}<title>CR</title>
     <recordTarget><patientRole>${patientIds}<patient><name>${name}</name>${patientRest}</patient></patientRole></recordTarget>
     ${header}${orders}${studies}${body}</ClinicalDocument>`,
  );
}
