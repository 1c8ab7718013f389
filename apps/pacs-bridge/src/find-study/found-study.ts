import type { FoundInstance, FoundSeries, FoundStudy } from '@drimbox/contracts';
import { type Dataset, Tag } from '@drimbox/dicom';

/** Keys asked at each level (drimbox-rules §3.1). Matching is by UID only, never by a patient's traits (DSR §3.2.7). */
export const STUDY_KEYS = {
  [Tag.StudyDate]: '',
  [Tag.StudyTime]: '',
  [Tag.AccessionNumber]: '',
  [Tag.ReferringPhysicianName]: '',
  [Tag.StudyDescription]: '',
  [Tag.PatientID]: '',
  [Tag.StudyID]: '',
} as const;

export const SERIES_KEYS = { [Tag.Modality]: '', [Tag.SeriesNumber]: '', [Tag.SeriesDescription]: '' } as const;

export const IMAGE_KEYS = {
  [Tag.SOPInstanceUID]: '',
  [Tag.SOPClassUID]: '',
  [Tag.InstanceNumber]: '',
  [Tag.NumberOfFrames]: '',
} as const;

/** An answer that lacks what a KOS cannot do without. */
export type Read<T> = { ok: true; value: T } | { ok: false; missing: string };

const text = (answer: Dataset, tag: number): string => answer.getString(tag) ?? '';

export function readStudy(answer: Dataset): Omit<FoundStudy, 'uid' | 'series' | 'keyObjects'> {
  return {
    date: text(answer, Tag.StudyDate),
    time: text(answer, Tag.StudyTime),
    description: text(answer, Tag.StudyDescription),
    id: text(answer, Tag.StudyID),
    accession: text(answer, Tag.AccessionNumber).trim(),
    patientId: text(answer, Tag.PatientID).trim(),
    referringPhysician: text(answer, Tag.ReferringPhysicianName),
  };
}

export function readSeries(answer: Dataset): Read<Omit<FoundSeries, 'instances'>> {
  const uid = answer.getString(Tag.SeriesInstanceUID);
  if (!uid) return { ok: false, missing: 'Series Instance UID' };
  const number = answer.getInt(Tag.SeriesNumber);
  return {
    ok: true,
    value: {
      uid,
      modality: text(answer, Tag.Modality) || 'OT',
      description: text(answer, Tag.SeriesDescription),
      ...(number === undefined ? {} : { number }),
    },
  };
}

/** An instance as a PACS tells it: some leave its class out, which is optional at this level (PS3.4 §C.6.2.1.4). */
export type ToldInstance = Omit<FoundInstance, 'sopClass'> & { readonly sopClass?: string };

export function readInstance(answer: Dataset): Read<ToldInstance> {
  const sopInstance = answer.getString(Tag.SOPInstanceUID);
  if (!sopInstance) return { ok: false, missing: 'SOP Instance UID' };
  const sopClass = answer.getString(Tag.SOPClassUID);
  const number = answer.getInt(Tag.InstanceNumber);
  const frames = answer.getInt(Tag.NumberOfFrames);
  return {
    ok: true,
    value: {
      sopInstance,
      ...(sopClass !== undefined && { sopClass }),
      ...(number === undefined ? {} : { number }),
      ...(frames === undefined || frames < 1 ? {} : { frames }),
    },
  };
}

const byNumber = (a: { number?: number | undefined }, b: { number?: number | undefined }): number =>
  (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER);

/** In reading order, so that the same study always gives the same KOS; an instance that the PACS names twice counts once. */
export function inOrder<
  I extends ToldInstance,
  S extends { readonly uid: string; readonly number?: number | undefined; readonly instances: readonly I[] },
>(series: readonly S[]): (Omit<S, 'instances'> & { instances: I[] })[] {
  return series
    .map((one) => ({
      ...one,
      instances: [...new Map(one.instances.map((instance) => [instance.sopInstance, instance])).values()].toSorted(
        (a, b) => byNumber(a, b) || compare(a.sopInstance, b.sopInstance),
      ),
    }))
    .filter((one) => one.instances.length > 0)
    .toSorted((a, b) => byNumber(a, b) || compare(a.uid, b.uid));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
