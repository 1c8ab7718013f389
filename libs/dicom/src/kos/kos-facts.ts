import { Tag } from '../dataset/tags.js';

/**
 * What the public sources leave uncertain about the KOS of a DRIMbox, each as one named value.
 * The official specification is not public: these follow ANS's own samples and the proof of concept.
 */

/** ANS samples write it in capitals; IHE and the 2022 sample spell "Manifest". The code is what counts. */
export const TITLE_MEANING = 'MANIFEST';

/** Series number of the KOS in every ANS sample. */
export const KOS_SERIES_NUMBER = 59;

/**
 * How a flagged image names the Key Object that flags it, in a ReferencedSOPSequence of its own evidence item: the
 * attributes of the document itself, as ANS's example of a key-image manifest is described.
 */
export const KEY_OBJECT_FLAG = { document: Tag.SOPInstanceUID, series: Tag.SeriesInstanceUID } as const;

/** Instance number of a first version; the proof of concept adds one at each update. */
export const FIRST_INSTANCE_NUMBER = 1;

/**
 * The CDA's unqualified `given` is the full list of birth given names and is what the proof of concept writes in
 * PatientName; the first given name alone goes to OtherPatientNames. Joined as INS writes a list: by spaces.
 */
export const birthGivenNames = (givens: readonly string[]): string => givens.join(' ');

/** IssuerOfPatientID by INS OID. Only the NIR form is in the samples, its test and demonstration OIDs included. */
export const insIssuer = (oid: string): string =>
  oid === '1.2.250.1.213.1.4.9' ? 'ASIP-SANTE-INS-NIA' : 'ASIP-SANTE-INS-NIR';

/** A used name without its given name, or the reverse: the written form of one alone is not published. */
export const usedNameForm = (family: string, given: string): string => (given === '' ? family : `${family}^${given}`);

/** Component 10 of InstitutionName holds the structure id, as in XON; the ones between stay empty. */
export const INSTITUTION_ID_COMPONENT = 10;

/** The last TEXT item: the proof of concept's consumer reads acts and modalities from it. Each line ends with LF. */
export function keyObjectDescription(
  studyDescription: string,
  act: string,
  series: readonly { readonly uid: string; readonly modality: string; readonly description: string }[],
): string {
  const lines = series.map(({ uid, modality, description }) => `Série-${uid} : ${modality} @ : ${description}`);
  return [`Examen : ${studyDescription}`, `Acte = ${act}`, ...lines].map((line) => `${line}\n`).join('');
}
