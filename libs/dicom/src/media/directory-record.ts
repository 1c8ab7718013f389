import type { Dataset } from '../dataset/dataset.js';
import { Tag } from '../dataset/tags.js';
import { cleanText, cutToVr } from '../dataset/text.js';
import type { Attributes } from '../dataset/write-dataset.js';
import type { VR } from '../dataset/vr.js';

/** One file of a file-set: what the directory says of it, by level (PS3.3 §F.5). Text as the object has it. */
export interface DirectoryEntry {
  readonly patient: { readonly key: string; readonly attributes: Attributes };
  readonly study: { readonly key: string; readonly attributes: Attributes };
  readonly series: { readonly key: string; readonly attributes: Attributes };
  readonly leaf: Attributes;
}

export interface DirectoryFile {
  /** Components of its path, each up to 8 of A-Z, 0-9 and `_` (PS3.10 §8.2, §8.5). */
  readonly path: readonly string[];
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly transferSyntax: string;
  /** Its data set, as far as the pixels. */
  readonly head: Dataset;
}

/**
 * What a record must have (type 1) and its object may leave empty (type 2): a date that says nothing, as file-set creators write it, so
 * that the directory can be read.
 */
const NO_DATE = '19000101';
const NO_TIME = '000000';
const NO_ID = '0';

const COMPONENT = /^[A-Z0-9_]{1,8}$/;
const MAX_COMPONENTS = 8;

/** @throws RangeError when the path is none of a file-set: our own mistake. */
export function directoryEntry(file: DirectoryFile): DirectoryEntry {
  if (file.path.length > MAX_COMPONENTS || !file.path.every((component) => COMPONENT.test(component)))
    throw new RangeError('not a path of a file-set');
  const { head } = file;
  const text = textOf(head);
  const [patient, study, series] = [Tag.PatientID, Tag.StudyInstanceUID, Tag.SeriesInstanceUID].map(
    (tag) => head.getString(tag) ?? '',
  );
  return {
    patient: {
      key: `${patient}`,
      attributes: {
        [Tag.PatientName]: text(Tag.PatientName, 'PN'),
        [Tag.PatientID]: text(Tag.PatientID, 'LO') || NO_ID,
      },
    },
    study: {
      key: `${study}`,
      attributes: {
        [Tag.StudyDate]: text(Tag.StudyDate, 'DA') || NO_DATE,
        [Tag.StudyTime]: text(Tag.StudyTime, 'TM') || NO_TIME,
        [Tag.AccessionNumber]: text(Tag.AccessionNumber, 'SH'),
        [Tag.StudyDescription]: text(Tag.StudyDescription, 'LO'),
        [Tag.StudyInstanceUID]: study ?? '',
        [Tag.StudyID]: text(Tag.StudyID, 'SH') || NO_ID,
      },
    },
    series: {
      key: `${series}`,
      attributes: {
        [Tag.Modality]: text(Tag.Modality, 'CS') || 'OT',
        [Tag.SeriesInstanceUID]: series ?? '',
        [Tag.SeriesNumber]: text(Tag.SeriesNumber, 'IS') || '0',
      },
    },
    leaf: {
      ...leafOf(file.sopClass, head),
      [Tag.ReferencedFileID]: [...file.path],
      [Tag.ReferencedSOPClassUIDInFile]: file.sopClass,
      [Tag.ReferencedSOPInstanceUIDInFile]: file.sopInstance,
      [Tag.ReferencedTransferSyntaxUIDInFile]: file.transferSyntax,
    },
  };
}

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const KEY_OBJECT = `${STORAGE}88.59`;

/** The type of the record and the keys that it must have (PS3.3 §F.5, §F.6). */
function leafOf(sopClass: string, head: Dataset): Attributes {
  const text = textOf(head);
  const number = { [Tag.InstanceNumber]: text(Tag.InstanceNumber, 'IS') || '0' };
  const content = {
    [Tag.ContentDate]: text(Tag.ContentDate, 'DA') || NO_DATE,
    [Tag.ContentTime]: text(Tag.ContentTime, 'TM') || NO_TIME,
  };
  const title = { [Tag.ConceptNameCodeSequence]: titleOf(head) };
  if (sopClass === KEY_OBJECT) return { [Tag.DirectoryRecordType]: 'KEY OBJECT DOC', ...number, ...content, ...title };
  if (sopClass.startsWith(`${STORAGE}88.`)) {
    return {
      [Tag.DirectoryRecordType]: 'SR DOCUMENT',
      ...number,
      ...content,
      ...title,
      [Tag.CompletionFlag]: text(Tag.CompletionFlag, 'CS') || 'PARTIAL',
      [Tag.VerificationFlag]: text(Tag.VerificationFlag, 'CS') || 'UNVERIFIED',
    };
  }
  if (sopClass.startsWith(`${STORAGE}104.`)) {
    return {
      [Tag.DirectoryRecordType]: 'ENCAP DOC',
      ...number,
      [Tag.ContentDate]: text(Tag.ContentDate, 'DA'),
      [Tag.ContentTime]: text(Tag.ContentTime, 'TM'),
      ...title,
      [Tag.DocumentTitle]: text(Tag.DocumentTitle, 'ST'),
      [Tag.MIMETypeOfEncapsulatedDocument]: text(Tag.MIMETypeOfEncapsulatedDocument, 'LO'),
    };
  }
  return { [Tag.DirectoryRecordType]: 'IMAGE', ...number };
}

function titleOf(head: Dataset): readonly Attributes[] {
  const [title] = head.getItems(Tag.ConceptNameCodeSequence);
  if (!title) return [];
  const text = textOf(title);
  return [
    {
      [Tag.CodeValue]: text(Tag.CodeValue, 'SH'),
      [Tag.CodingSchemeDesignator]: text(Tag.CodingSchemeDesignator, 'SH'),
      [Tag.CodeMeaning]: text(Tag.CodeMeaning, 'LO'),
    },
  ];
}

/** What stands in an object need not be right: it is made fit for its VR. */
const textOf =
  (dataset: Dataset) =>
  (tag: number, vr: VR): string => {
    const value = dataset.getString(tag) ?? '';
    return cutToVr(cleanText(value, vr), vr);
  };
