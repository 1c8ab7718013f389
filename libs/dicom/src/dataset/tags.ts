import type { VR } from './vr.js';

/** The data elements this library reads or writes by name (PS3.6 §6, PS3.7 Annex E); any other is read as UN in implicit VR. */
const DICTIONARY = {
  CommandGroupLength: [0x00000000, 'UL'],
  AffectedSOPClassUID: [0x00000002, 'UI'],
  RequestedSOPClassUID: [0x00000003, 'UI'],
  CommandField: [0x00000100, 'US'],
  MessageID: [0x00000110, 'US'],
  MessageIDBeingRespondedTo: [0x00000120, 'US'],
  MoveDestination: [0x00000600, 'AE'],
  Priority: [0x00000700, 'US'],
  CommandDataSetType: [0x00000800, 'US'],
  Status: [0x00000900, 'US'],
  OffendingElement: [0x00000901, 'AT'],
  ErrorComment: [0x00000902, 'LO'],
  AffectedSOPInstanceUID: [0x00001000, 'UI'],
  NumberOfRemainingSuboperations: [0x00001020, 'US'],
  NumberOfCompletedSuboperations: [0x00001021, 'US'],
  NumberOfFailedSuboperations: [0x00001022, 'US'],
  NumberOfWarningSuboperations: [0x00001023, 'US'],
  MoveOriginatorApplicationEntityTitle: [0x00001030, 'AE'],
  MoveOriginatorMessageID: [0x00001031, 'US'],

  FileMetaInformationGroupLength: [0x00020000, 'UL'],
  FileMetaInformationVersion: [0x00020001, 'OB'],
  MediaStorageSOPClassUID: [0x00020002, 'UI'],
  MediaStorageSOPInstanceUID: [0x00020003, 'UI'],
  TransferSyntaxUID: [0x00020010, 'UI'],
  ImplementationClassUID: [0x00020012, 'UI'],
  ImplementationVersionName: [0x00020013, 'SH'],

  SpecificCharacterSet: [0x00080005, 'CS'],
  InstanceCreationDate: [0x00080012, 'DA'],
  InstanceCreationTime: [0x00080013, 'TM'],
  SOPClassUID: [0x00080016, 'UI'],
  SOPInstanceUID: [0x00080018, 'UI'],
  StudyDate: [0x00080020, 'DA'],
  SeriesDate: [0x00080021, 'DA'],
  ContentDate: [0x00080023, 'DA'],
  StudyTime: [0x00080030, 'TM'],
  SeriesTime: [0x00080031, 'TM'],
  ContentTime: [0x00080033, 'TM'],
  AccessionNumber: [0x00080050, 'SH'],
  IssuerOfAccessionNumberSequence: [0x00080051, 'SQ'],
  QueryRetrieveLevel: [0x00080052, 'CS'],
  RetrieveAETitle: [0x00080054, 'AE'],
  FailedSOPInstanceUIDList: [0x00080058, 'UI'],
  InstanceAvailability: [0x00080056, 'CS'],
  Modality: [0x00080060, 'CS'],
  ModalitiesInStudy: [0x00080061, 'CS'],
  Manufacturer: [0x00080070, 'LO'],
  InstitutionName: [0x00080080, 'LO'],
  ReferringPhysicianName: [0x00080090, 'PN'],
  CodeValue: [0x00080100, 'SH'],
  CodingSchemeDesignator: [0x00080102, 'SH'],
  CodeMeaning: [0x00080104, 'LO'],
  MappingResource: [0x00080105, 'CS'],
  TimezoneOffsetFromUTC: [0x00080201, 'SH'],
  StudyDescription: [0x00081030, 'LO'],
  SeriesDescription: [0x0008103e, 'LO'],
  ReferencedStudySequence: [0x00081110, 'SQ'],
  ReferencedPerformedProcedureStepSequence: [0x00081111, 'SQ'],
  ReferencedSeriesSequence: [0x00081115, 'SQ'],
  ReferencedSOPClassUID: [0x00081150, 'UI'],
  ReferencedSOPInstanceUID: [0x00081155, 'UI'],
  RetrieveURL: [0x00081190, 'UR'],
  ReferencedSOPSequence: [0x00081199, 'SQ'],

  PatientName: [0x00100010, 'PN'],
  PatientID: [0x00100020, 'LO'],
  IssuerOfPatientID: [0x00100021, 'LO'],
  TypeOfPatientID: [0x00100022, 'CS'],
  IssuerOfPatientIDQualifiersSequence: [0x00100024, 'SQ'],
  PatientBirthDate: [0x00100030, 'DA'],
  PatientSex: [0x00100040, 'CS'],
  OtherPatientNames: [0x00101001, 'PN'],
  OtherPatientIDsSequence: [0x00101002, 'SQ'],
  PatientComments: [0x00104000, 'LT'],

  StudyInstanceUID: [0x0020000d, 'UI'],
  SeriesInstanceUID: [0x0020000e, 'UI'],
  StudyID: [0x00200010, 'SH'],
  SeriesNumber: [0x00200011, 'IS'],
  InstanceNumber: [0x00200013, 'IS'],
  NumberOfStudyRelatedSeries: [0x00201206, 'IS'],
  NumberOfStudyRelatedInstances: [0x00201208, 'IS'],
  NumberOfSeriesRelatedInstances: [0x00201209, 'IS'],

  SamplesPerPixel: [0x00280002, 'US'],
  PhotometricInterpretation: [0x00280004, 'CS'],
  NumberOfFrames: [0x00280008, 'IS'],
  Rows: [0x00280010, 'US'],
  Columns: [0x00280011, 'US'],
  BitsAllocated: [0x00280100, 'US'],
  BitsStored: [0x00280101, 'US'],
  HighBit: [0x00280102, 'US'],
  PixelRepresentation: [0x00280103, 'US'],

  RequestedProcedureDescription: [0x00321060, 'LO'],
  RequestedProcedureCodeSequence: [0x00321064, 'SQ'],

  OrderPlacerIdentifierSequence: [0x00400026, 'SQ'],
  LocalNamespaceEntityID: [0x00400031, 'UT'],
  UniversalEntityID: [0x00400032, 'UT'],
  UniversalEntityIDType: [0x00400033, 'CS'],
  RequestAttributesSequence: [0x00400275, 'SQ'],
  RequestedProcedureID: [0x00401001, 'SH'],
  PlacerOrderNumberImagingServiceRequest: [0x00402016, 'LO'],
  FillerOrderNumberImagingServiceRequest: [0x00402017, 'LO'],
  RelationshipType: [0x0040a010, 'CS'],
  ValueType: [0x0040a040, 'CS'],
  ConceptNameCodeSequence: [0x0040a043, 'SQ'],
  ContinuityOfContent: [0x0040a050, 'CS'],
  TextValue: [0x0040a160, 'UT'],
  ConceptCodeSequence: [0x0040a168, 'SQ'],
  ReferencedRequestSequence: [0x0040a370, 'SQ'],
  CurrentRequestedProcedureEvidenceSequence: [0x0040a375, 'SQ'],
  ContentTemplateSequence: [0x0040a504, 'SQ'],
  IdenticalDocumentsSequence: [0x0040a525, 'SQ'],
  ContentSequence: [0x0040a730, 'SQ'],
  TemplateIdentifier: [0x0040db00, 'CS'],
  RetrieveLocationUID: [0x0040e011, 'UI'],

  PixelData: [0x7fe00010, 'OW'],
} as const satisfies Record<string, readonly [number, VR]>;

export type TagName = keyof typeof DICTIONARY;

/** Tag numbers by keyword: `Tag.PatientID === 0x00100020`. */
export const Tag = Object.fromEntries(Object.entries(DICTIONARY).map(([name, [tag]]) => [name, tag])) as {
  readonly [Name in TagName]: (typeof DICTIONARY)[Name][0];
};

const VR_BY_TAG: ReadonlyMap<number, VR> = new Map(Object.values(DICTIONARY));

/** The VR of a tag the dictionary knows; group lengths are UL (PS3.5 §7.2). */
export const vrOf = (tag: number): VR | undefined => ((tag & 0xffff) === 0 ? 'UL' : VR_BY_TAG.get(tag));

/** `(0010,0020)`: how errors name an element, never with its value. */
export const tagText = (tag: number): string => {
  const hex = tag.toString(16).padStart(8, '0');
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
};
