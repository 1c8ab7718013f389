/** Well-known UIDs (PS3.6 Annex A) this library speaks about. */
export const TransferSyntax = {
  ImplicitLittleEndian: '1.2.840.10008.1.2',
  ExplicitLittleEndian: '1.2.840.10008.1.2.1',
  DeflatedExplicitLittleEndian: '1.2.840.10008.1.2.1.99',
  ExplicitBigEndian: '1.2.840.10008.1.2.2',
} as const;

export const SopClass = {
  Verification: '1.2.840.10008.1.1',
  StudyRootFind: '1.2.840.10008.5.1.4.1.2.2.1',
  StudyRootMove: '1.2.840.10008.5.1.4.1.2.2.2',
  StudyRootGet: '1.2.840.10008.5.1.4.1.2.2.3',
  KeyObjectSelection: '1.2.840.10008.5.1.4.1.1.88.59',
} as const;

/** The only application context DICOM defines (PS3.7 Annex A.2.1). */
export const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';

/** How this implementation names itself to its peers and in files (PS3.7 D.3.3.2); 2.25 = a UUID of our own. */
export const IMPLEMENTATION_CLASS_UID = '2.25.225402836014637820937455380613482011837';
export const IMPLEMENTATION_VERSION = 'DRIMBOX_01';

const UID = /^[0-2](\.(0|[1-9][0-9]*))+$/;

/** PS3.5 §9.1: digits and dots, no leading zero in a component, 64 characters at most. */
export const isUid = (text: string): boolean => text.length <= 64 && UID.test(text);

const DIGITS_AND_DOTS = /^[0-9]+(\.[0-9]+)*$/;

/** Fit to be part of a path: what old devices write counts, with zeros at the front of a component. */
export const isSafeUid = (text: string): boolean => text.length <= 64 && DIGITS_AND_DOTS.test(text);
