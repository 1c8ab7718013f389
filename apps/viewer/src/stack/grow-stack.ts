import type { StackViewport } from '@cornerstonejs/core';

/** The fields of a stack that name its images; setStack would also forget window, zoom and orientation. */
interface StackFields {
  imageIds: string[];
  imageKeyToIndexMap: Map<string, number>;
  currentImageIdIndex: number;
  targetImageIdIndex: number;
}

/** Decodes and draws the image on screen anew; the public way does nothing when the index stays the same. */
export async function redisplay(view: StackViewport): Promise<void> {
  await (view as unknown as { _setImageIdIndex(index: number): Promise<string> })._setImageIdIndex(
    view.getCurrentImageIdIndex(),
  );
}

/** Gives a stack on screen more images around the one shown, without touching what is seen. */
export function growStack(view: StackViewport, imageIds: string[]): void {
  const fields = view as unknown as StackFields;
  const shown = view.getCurrentImageId();
  const target = fields.imageIds[fields.targetImageIdIndex];
  fields.imageIds = imageIds;
  fields.imageKeyToIndexMap.clear();
  for (const [index, imageId] of imageIds.entries()) {
    fields.imageKeyToIndexMap.set(imageId, index);
    // The library also looks images up without their scheme.
    fields.imageKeyToIndexMap.set(imageId.slice(imageId.indexOf(':') + 1), index);
  }
  fields.currentImageIdIndex = Math.max(0, imageIds.indexOf(shown));
  const wanted = target === undefined ? -1 : imageIds.indexOf(target);
  fields.targetImageIdIndex = wanted < 0 ? fields.currentImageIdIndex : wanted;
}
