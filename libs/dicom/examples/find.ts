import { FIND_CONTEXT, openAssociation, type Peer, Tag } from '@drimbox/dicom';

/** The instances of a study, series by series, on one association: what strict hierarchical PACS ask for. */
export async function instancesOf(peer: Peer, study: string): Promise<Map<string, string[]>> {
  const association = await openAssociation(peer, [FIND_CONTEXT]);
  if (!association.ok) throw new Error(association.failure.detail);
  const found = new Map<string, string[]>();
  try {
    const series = await association.value.find({
      level: 'SERIES',
      keys: { [Tag.StudyInstanceUID]: study, [Tag.SeriesInstanceUID]: '', [Tag.Modality]: '' },
      maxAnswers: 1_000,
    });
    if (!series.ok) throw new Error(series.failure.detail);
    for (const one of series.value) {
      const uid = one.getString(Tag.SeriesInstanceUID) ?? '';
      const images = await association.value.find({
        level: 'IMAGE',
        keys: { [Tag.StudyInstanceUID]: study, [Tag.SeriesInstanceUID]: uid, [Tag.SOPInstanceUID]: '' },
        maxAnswers: 100_000,
      });
      if (!images.ok) throw new Error(images.failure.detail);
      found.set(
        uid,
        images.value.map((image) => image.getString(Tag.SOPInstanceUID) ?? ''),
      );
    }
  } finally {
    await association.value.release();
  }
  return found;
}
