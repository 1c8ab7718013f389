import { DatasetError } from '../dataset/dataset-error.js';
import type { Dataset } from '../dataset/dataset.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { SopClass } from '../uids.js';

/** A Key Object Selection document as a radiologist's workstation writes it (PS3.3 §A.35.4). */
export interface KeyObject {
  readonly sopInstanceUid: string;
  readonly seriesUid: string;
  readonly studyUid: string;
  /** Document title (PS3.16 CID 7010): why the images were flagged. */
  readonly title: { readonly code: string; readonly scheme: string; readonly meaning: string };
  /** Text of the Key Object Description item (113012). */
  readonly description: string | undefined;
  /** SOP Instance UIDs of its own study that it flags, each once. */
  readonly images: readonly string[];
}

export type KeyObjectResult =
  { readonly ok: true; readonly value: KeyObject } | { readonly ok: false; readonly reason: string };

/** Titles that take images away instead of pointing at them: IOCM rejection notes (PS3.16 CID 7011). */
const REJECTION_TITLES: ReadonlySet<string> = new Set(['113001', '113037', '113038', '113039']);

/** Content items are a flat list in TID 2010; a document nested deeper than this is none. */
const MAX_DEPTH = 8;
const MAX_IMAGES = 10_000;

/**
 * Reads a Key Object from its data set (no preamble). `reason` names tags, never values; a rejection note is no key object.
 * Only what it points to in its own study is given: its evidence must name it, too.
 */
export function readKeyObject(dataset: Buffer, transferSyntax: string): KeyObjectResult {
  try {
    return {
      ok: true,
      value: keyObjectOf(readDataset(dataset, { transferSyntax, unknownCharset: 'replace', maxDepth: MAX_DEPTH })),
    };
  } catch (error) {
    if (error instanceof DatasetError) return { ok: false, reason: error.message };
    throw error;
  }
}

function keyObjectOf(dataset: Dataset): KeyObject {
  if (dataset.getString(Tag.SOPClassUID) !== SopClass.KeyObjectSelection) {
    throw new DatasetError('value', 'not a Key Object Selection', Tag.SOPClassUID);
  }
  const studyUid = required(dataset, Tag.StudyInstanceUID);
  const [title] = dataset.getItems(Tag.ConceptNameCodeSequence);
  const code = title?.getString(Tag.CodeValue);
  if (!title || code === undefined) throw new DatasetError('value', 'no title', Tag.ConceptNameCodeSequence);
  if (REJECTION_TITLES.has(code)) throw new DatasetError('value', 'a rejection note', Tag.ConceptNameCodeSequence);
  const items = dataset.getItems(Tag.ContentSequence);
  return {
    sopInstanceUid: required(dataset, Tag.SOPInstanceUID),
    seriesUid: required(dataset, Tag.SeriesInstanceUID),
    studyUid,
    title: {
      code,
      scheme: title.getString(Tag.CodingSchemeDesignator) ?? '',
      meaning: title.getString(Tag.CodeMeaning) ?? '',
    },
    description: items.find(isDescription)?.getString(Tag.TextValue),
    images: flagged(items, evidenceOf(dataset, studyUid)),
  };
}

const isDescription = (item: Dataset): boolean =>
  item.getItems(Tag.ConceptNameCodeSequence)[0]?.getString(Tag.CodeValue) === '113012';

/** Instances of that study in the evidence (PS3.3 §C.17.6.2.1), frames and other studies left aside. */
function evidenceOf(dataset: Dataset, study: string): ReadonlySet<string> {
  const own = dataset
    .getItems(Tag.CurrentRequestedProcedureEvidenceSequence)
    .filter((item) => item.getString(Tag.StudyInstanceUID) === study);
  const series = own.flatMap((item) => item.getItems(Tag.ReferencedSeriesSequence));
  return new Set(series.flatMap(instancesOf));
}

function flagged(items: readonly Dataset[], evidence: ReadonlySet<string>): readonly string[] {
  const images = [...new Set(items.flatMap(instancesOf))].filter((uid) => evidence.has(uid));
  if (images.length > MAX_IMAGES) throw new DatasetError('limit', 'too many images', Tag.ContentSequence);
  return images;
}

const instancesOf = (item: Dataset): string[] =>
  item
    .getItems(Tag.ReferencedSOPSequence)
    .map((reference) => reference.getString(Tag.ReferencedSOPInstanceUID))
    .filter((uid) => uid !== undefined);

function required(dataset: Dataset, tag: number): string {
  const value = dataset.getString(tag);
  if (value === undefined) throw new DatasetError('value', 'missing', tag);
  return value;
}
