import type { CodecPool } from '@drimbox/codecs';
import type { ImageQuality } from '@drimbox/contracts';
import { ByteReader, describeImage, headOf, type JsonDataset, jsonModel, Tag, toExplicit } from '@drimbox/dicom';
import type { SourceObject } from '@drimbox/images';
import type { OpaqueIds } from './opaque-ids.js';
import { lossyOf } from './loss.js';
import { viewHead } from './view-head.js';
import { type ViewFrame, viewFrames } from './view-frames.js';

/** An object on its way to the viewer: its head, then its frames, to be taken in this order. */
export interface ViewObject {
  readonly modality: string;
  readonly head: JsonDataset;
  readonly frames: AsyncGenerator<ViewFrame, void>;
}

/** Values in line up to here: tables of palettes are 128 KiB. */
const MAX_INLINE = 512 * 1024;

/**
 * Reads the head of an object and makes its frames ready. A frame made here may hold other than the head said: the first one is awaited
 * then, before the head is given. Throws DatasetError and CodecError, also from `frames`.
 */
export async function viewObject(
  { head, bytes }: SourceObject,
  ids: OpaqueIds,
  pool: CodecPool,
  quality: ImageQuality,
): Promise<ViewObject> {
  const reader = new ByteReader(toExplicit(bytes, { transferSyntax: head.transferSyntax }));
  const dataset = await headOf(reader);
  const model = viewHead(jsonModel(dataset, { maxInlineBytes: MAX_INLINE }), ids);
  const modality = dataset.getString(Tag.Modality) ?? 'OT';
  const image = describeImage(dataset);
  const lossy = image && quality === 'lossy' ? lossyOf(image, head.transferSyntax, dataset) : undefined;
  const frames = viewFrames(reader, image, head.transferSyntax, pool, lossy);
  const first = await frames.next();
  const photometric = first.done === true ? undefined : first.value.photometric;
  return {
    modality,
    head: photometric === undefined ? model : { ...model, ...attributesOf(photometric, image?.samples ?? 1) },
    frames: rest(first, frames),
  };
}

async function* rest(
  first: IteratorResult<ViewFrame, void>,
  frames: AsyncGenerator<ViewFrame, void>,
): AsyncGenerator<ViewFrame, void> {
  if (first.done === true) return;
  try {
    yield first.value;
    yield* frames;
  } finally {
    await frames.return();
  }
}

/** Photometric Interpretation and Planar Configuration of what was compressed here (PS3.3 §C.7.6.3.1). */
const attributesOf = (photometric: string, samples: number): JsonDataset => ({
  '00280004': { vr: 'CS', Value: [photometric] },
  ...(samples > 1 && { '00280006': { vr: 'US' as const, Value: [0] } }),
});
