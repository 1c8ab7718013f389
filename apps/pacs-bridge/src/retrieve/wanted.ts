import { type Attributes, Tag } from '@drimbox/dicom';

/** What is asked of a PACS: a whole study, a series, or one instance. */
export interface Wanted {
  readonly study: string;
  readonly series?: string | undefined;
  readonly instance?: string | undefined;
  /** Instance level: several of the same series, for the repetition of an incomplete retrieval. */
  readonly instances?: readonly string[] | undefined;
}

export type Level = 'STUDY' | 'SERIES' | 'IMAGE';

export const levelOf = ({ series, instance, instances }: Wanted): Level =>
  instance !== undefined || instances !== undefined ? 'IMAGE' : series === undefined ? 'STUDY' : 'SERIES';

/** Unique keys of its level and of those above (PS3.4 §C.4.2.1.4); several instances are a list of UIDs (§C.2.2.2.2). */
export const keysOf = ({ study, series, instance, instances }: Wanted): Attributes => ({
  [Tag.StudyInstanceUID]: study,
  ...(series !== undefined && { [Tag.SeriesInstanceUID]: series }),
  ...(instance !== undefined && { [Tag.SOPInstanceUID]: instance }),
  ...(instances !== undefined && { [Tag.SOPInstanceUID]: instances }),
});

/** The UIDs that an object bears in its own data set. */
export interface ObjectUids {
  readonly study: string;
  readonly series: string;
  readonly sopInstance: string;
}

/** Is this object one of those asked for? */
export const covers = (wanted: Wanted, { study, series, sopInstance }: ObjectUids): boolean =>
  study === wanted.study &&
  (wanted.series === undefined || series === wanted.series) &&
  (wanted.instance === undefined || sopInstance === wanted.instance) &&
  (wanted.instances === undefined || wanted.instances.includes(sopInstance));
