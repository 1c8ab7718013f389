import { DatasetError } from '../dataset/dataset-error.js';
import type { Dataset } from '../dataset/dataset.js';
import { readPart10 } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { isSafeUid, SopClass } from '../uids.js';
import { KEY_OBJECT_FLAG } from './kos-facts.js';

/** A Key Object Selection as read: our own KOS, another DRIMbox's, or an IOCM rejection note. */
export interface Kos {
  readonly sopInstanceUid: string;
  readonly seriesUid: string | undefined;
  readonly instanceNumber: number | undefined;
  /** Document title: 113030 a manifest, 113001/113037/113038/113039 a rejection note. */
  readonly title: { readonly value: string; readonly scheme: string } | undefined;
  readonly patient: {
    readonly id: string | undefined;
    readonly issuer: string | undefined;
    readonly issuerOid: string | undefined;
  };
  readonly studyUid: string;
  readonly series: readonly KosReadSeries[];
  /** Text of the 113012 item, where the proof of concept keeps act and modalities. */
  readonly description: string | undefined;
}

export interface KosReadSeries {
  readonly uid: string;
  readonly number: number | undefined;
  readonly retrieveUrl: string | undefined;
  readonly retrieveLocationUid: string | undefined;
  readonly instances: readonly {
    readonly sopClass: string;
    readonly sopInstance: string;
    readonly number: number | undefined;
    readonly frames: number | undefined;
    /** SOP Instance UIDs of the Key Objects that flag it. */
    readonly keyObjects: readonly string[];
  }[];
}

export type KosResult = { readonly ok: true; readonly value: Kos } | { readonly ok: false; readonly reason: string };

/**
 * Reads a KOS file, implicit or explicit VR, as leniently as its meaning allows: only its SOP class, UIDs and evidence
 * are required. `reason` names tags, never values.
 */
export function readKos(file: Buffer): KosResult {
  try {
    return { ok: true, value: kosOf(readPart10(file, { unknownCharset: 'replace' }).dataset) };
  } catch (error) {
    if (error instanceof DatasetError) return { ok: false, reason: error.message };
    throw error;
  }
}

function kosOf(dataset: Dataset): Kos {
  if (dataset.getString(Tag.SOPClassUID) !== SopClass.KeyObjectSelection) {
    throw new DatasetError('value', 'not a Key Object Selection', Tag.SOPClassUID);
  }
  const evidence = dataset.getItems(Tag.CurrentRequestedProcedureEvidenceSequence);
  const [study] = evidence;
  // One KOS is one study (drimbox-rules §3.1): several would mix exams in one access decision.
  if (!study || evidence.length > 1) {
    throw new DatasetError('value', 'not exactly one study', Tag.CurrentRequestedProcedureEvidenceSequence);
  }
  const [title] = dataset.getItems(Tag.ConceptNameCodeSequence);
  const [issuer] = dataset.getItems(Tag.IssuerOfPatientIDQualifiersSequence);
  return {
    sopInstanceUid: required(dataset, Tag.SOPInstanceUID),
    seriesUid: dataset.has(Tag.SeriesInstanceUID) ? required(dataset, Tag.SeriesInstanceUID) : undefined,
    instanceNumber: dataset.getInt(Tag.InstanceNumber),
    title: title && {
      value: title.getString(Tag.CodeValue) ?? '',
      scheme: title.getString(Tag.CodingSchemeDesignator) ?? '',
    },
    patient: {
      id: dataset.getString(Tag.PatientID),
      issuer: dataset.getString(Tag.IssuerOfPatientID),
      issuerOid: issuer?.getString(Tag.UniversalEntityID),
    },
    studyUid: required(study, Tag.StudyInstanceUID),
    series: study.getItems(Tag.ReferencedSeriesSequence).map(seriesOf),
    description: descriptionOf(dataset),
  };
}

const seriesOf = (series: Dataset): KosReadSeries => ({
  uid: required(series, Tag.SeriesInstanceUID),
  number: series.getInt(Tag.SeriesNumber),
  retrieveUrl: series.getString(Tag.RetrieveURL),
  retrieveLocationUid: series.getString(Tag.RetrieveLocationUID),
  instances: series.getItems(Tag.ReferencedSOPSequence).map((instance) => ({
    sopClass: required(instance, Tag.ReferencedSOPClassUID),
    sopInstance: required(instance, Tag.ReferencedSOPInstanceUID),
    number: instance.getInt(Tag.InstanceNumber),
    frames: instance.getInt(Tag.NumberOfFrames),
    keyObjects: instance
      .getItems(Tag.ReferencedSOPSequence)
      .map((flag) => flag.getString(KEY_OBJECT_FLAG.document))
      .filter((uid): uid is string => uid !== undefined && isSafeUid(uid)),
  })),
});

const descriptionOf = (dataset: Dataset): string | undefined =>
  dataset
    .getItems(Tag.ContentSequence)
    .find((item) => item.getItems(Tag.ConceptNameCodeSequence)[0]?.getString(Tag.CodeValue) === '113012')
    ?.getString(Tag.TextValue);

/** A UID: it becomes part of addresses and of names of files. */
function required(dataset: Dataset, tag: number): string {
  const value = dataset.getString(tag);
  if (value === undefined) throw new DatasetError('value', 'missing', tag);
  if (!isSafeUid(value)) throw new DatasetError('value', 'not a UID', tag);
  return value;
}
