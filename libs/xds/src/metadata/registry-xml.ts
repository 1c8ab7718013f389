import { element, type Xml } from '../xml/write.js';
import { statusUrn } from './availability-status.js';
import { ASSOCIATION_TYPES, LCM, RIM, UUIDS } from './namespaces.js';
import type { Association, Author, Coded, DocumentEntry, SubmissionMetadata, SubmissionSet } from './types.js';

/** Longest label of a code: ebRIM FreeFormText allows 1024, labels are for people. */
const MAX_LABEL = 250;

const slot = (name: string, ...values: readonly string[]): Xml =>
  element('Slot', { name }, element('ValueList', {}, ...values.map((value) => element('Value', {}, value))));

const localized = (name: 'Name' | 'Description', value: string): Xml =>
  element(
    name,
    {},
    element('LocalizedString', { charset: 'UTF8', value: value.slice(0, MAX_LABEL), 'xml:lang': 'FR' }),
  );

function associationSlots(association: Association): readonly Xml[] {
  switch (association.type) {
    case 'HasMember':
    case 'signs':
      return [slot('SubmissionSetStatus', 'Original')];
    // A relationship between documents has no SubmissionSetStatus (ITI TF-3 §4.2.2.2).
    case 'RPLC':
      return [];
    case 'UpdateAvailabilityStatus':
      return [
        slot('OriginalStatus', statusUrn(association.originalStatus)),
        slot('NewStatus', statusUrn(association.newStatus)),
      ];
  }
}

/** Numbers ids in order of writing, so the same metadata gives the same bytes. */
class Writer {
  private classifications = 0;
  private identifiers = 0;
  private associations = 0;

  author(scheme: string, object: string, author: Author): Xml {
    // nodeRepresentation is required and empty for an author (ITI TF-3 §4.2.3.1.2).
    return element(
      'Classification',
      { ...this.classification(scheme, object), nodeRepresentation: '' },
      slot('authorPerson', author.person),
      slot('authorInstitution', author.institution),
    );
  }

  code(scheme: string, object: string, code: Coded): Xml {
    return element(
      'Classification',
      { ...this.classification(scheme, object), nodeRepresentation: code.code },
      slot('codingScheme', code.system),
      localized('Name', code.display?.trim() || code.code),
    );
  }

  private classification(classificationScheme: string, classifiedObject: string) {
    return { classificationScheme, classifiedObject, id: `cla${++this.classifications}` };
  }

  externalId(identificationScheme: string, registryObject: string, name: string, value: string): Xml {
    const attributes = { id: `ei${++this.identifiers}`, identificationScheme, registryObject, value };
    return element('ExternalIdentifier', attributes, localized('Name', name));
  }

  submissionSet(set: SubmissionSet): Xml {
    const { id } = set;
    return element(
      'RegistryPackage',
      { id },
      slot('submissionTime', set.submissionTime),
      localized('Name', set.title),
      this.author(UUIDS.submissionSetAuthor, id, set.author),
      this.code(UUIDS.submissionSetContentType, id, set.contentTypeCode),
      element('Classification', {
        classificationNode: UUIDS.submissionSet,
        classifiedObject: id,
        id: `cla${++this.classifications}`,
      }),
      this.externalId(UUIDS.submissionSetPatientId, id, 'XDSSubmissionSet.patientId', set.patientId),
      this.externalId(UUIDS.submissionSetSourceId, id, 'XDSSubmissionSet.sourceId', set.sourceId),
      this.externalId(UUIDS.submissionSetUniqueId, id, 'XDSSubmissionSet.uniqueId', set.uniqueId),
    );
  }

  document(entry: DocumentEntry): Xml {
    const { id } = entry;
    return element(
      'ExtrinsicObject',
      { id, mimeType: entry.mimeType, objectType: UUIDS.documentEntry },
      slot('creationTime', entry.creationTime),
      slot('languageCode', entry.languageCode),
      slot('legalAuthenticator', entry.legalAuthenticator),
      slot('serviceStartTime', entry.serviceStartTime),
      entry.serviceStopTime === undefined ? undefined : slot('serviceStopTime', entry.serviceStopTime),
      slot('sourcePatientId', entry.sourcePatientId),
      slot('hash', entry.hash),
      slot('size', String(entry.size)),
      entry.sourcePatientInfo.length === 0 ? undefined : slot('sourcePatientInfo', ...entry.sourcePatientInfo),
      slot('urn:ihe:iti:xds:2013:referenceIdList', ...entry.referenceIdList),
      localized('Name', entry.title),
      localized('Description', entry.comments),
      this.author(UUIDS.author, id, entry.author),
      this.code(UUIDS.classCode, id, entry.classCode),
      this.code(UUIDS.typeCode, id, entry.typeCode),
      ...entry.confidentialityCodes.map((code) => this.code(UUIDS.confidentialityCode, id, code)),
      this.code(UUIDS.formatCode, id, entry.formatCode),
      this.code(UUIDS.healthcareFacilityTypeCode, id, entry.healthcareFacilityTypeCode),
      this.code(UUIDS.practiceSettingCode, id, entry.practiceSettingCode),
      ...entry.eventCodes.map((code) => this.code(UUIDS.eventCode, id, code)),
      this.externalId(UUIDS.patientId, id, 'XDSDocumentEntry.patientId', entry.patientId),
      this.externalId(UUIDS.uniqueId, id, 'XDSDocumentEntry.uniqueId', entry.uniqueId),
    );
  }

  association(association: Association): Xml {
    const attributes = {
      associationType: ASSOCIATION_TYPES[association.type],
      id: `as${++this.associations}`,
      sourceObject: association.source,
      targetObject: association.target,
    };
    return element('Association', attributes, ...associationSlots(association));
  }
}

/** lcm:SubmitObjectsRequest, self-contained (it declares its namespaces), in the element order of rim.xsd. */
export function submitObjectsRequest(metadata: SubmissionMetadata): string {
  const writer = new Writer();
  const list = element(
    'RegistryObjectList',
    {},
    writer.submissionSet(metadata.submissionSet),
    ...metadata.documents.map((entry) => writer.document(entry)),
    ...metadata.associations.map((association) => writer.association(association)),
  );
  return element('lcm:SubmitObjectsRequest', { 'xmlns:lcm': LCM, xmlns: RIM }, list).xml;
}
