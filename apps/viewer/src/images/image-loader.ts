import {
  cache,
  eventTarget,
  getWebWorkerManager,
  imageLoader,
  metaData,
  type Types,
  utilities,
} from '@cornerstonejs/core';
import { createImage } from '@cornerstonejs/dicom-image-loader/imageLoader';
import { decoderForLibrary } from './decoder.js';
import type { FrameStore } from './frame-store.js';
import type { ImageFacts } from './image-facts.js';
import { HALF_SCHEME, SCHEME, wholeImageId } from './image-id.js';
import { applyTable, halved } from './pixels.js';
import { appliesVoiTable, metadataModule } from './metadata-modules.js';
import { pixelType } from './pixel-type.js';

/** Before the providers of the library, which know nothing of our frames. */
const PRIORITY = 10_000;

/** A core is left to the page and to the GPU process where there are more than two. */
export const decoders = (): number => Math.max(2, Math.min(6, (navigator.hardwareConcurrency || 2) - 1));

type LoaderOptions = Parameters<typeof createImage>[3];

/** Event on the store's images: a lossless form took the place of a lossy one. `detail` is the image id. */
export const REPLACED = 'drimbox-image-replaced';

/** Makes Cornerstone take its images from the store: heads as metadata, compressed frames decoded in workers when looked at. */
export function registerFrameLoader(store: FrameStore): void {
  // Instead of the library's own beginning: its workers would be others, and its loaders of whole files are of no use here.
  getWebWorkerManager().registerWorker('dicomImageLoader', decoderForLibrary, { maxWorkerInstances: decoders() });
  store.onReplaced = (imageId) => {
    if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId);
    eventTarget.dispatchEvent(new CustomEvent(REPLACED, { detail: imageId }));
  };
  metaData.addProvider((type: string, query: unknown) => {
    if (typeof query !== 'string') return undefined;
    const facts = store.factsOf(wholeImageId(query));
    if (!facts) return undefined;
    if (type === 'transferSyntax') return { transferSyntaxUID: store.peek(wholeImageId(query))?.transferSyntax };
    return metadataModule(type, facts, query.startsWith(`${HALF_SCHEME}:`));
  }, PRIORITY);
  const load = (imageId: string, options?: object): Types.IImageLoadObject => ({
    promise: decode(store, imageId, options ?? {}),
  });
  imageLoader.registerImageLoader(SCHEME, load);
  imageLoader.registerImageLoader(HALF_SCHEME, (imageId) => ({ promise: decodeHalf(store, imageId) }));
}

/** Decodes a frame. Throws when it cannot be had or decoded. */
async function decode(store: FrameStore, imageId: string, options: LoaderOptions & object): Promise<Types.IImage> {
  const frame = await store.get(imageId);
  const facts = store.factsOf(imageId);
  if (!facts) throw new Error('a frame without its head');
  const grey = facts.samples === 1 && !facts.palette;
  const image = (await createImage(imageId, frame.bytes, frame.transferSyntax, {
    ...options,
    ...(grey && { targetBuffer: { type: pixelType(facts) } }),
    // The store keeps the compressed frame, so it is copied to the worker, not moved.
    transferPixelData: false,
  } as LoaderOptions)) as Types.IImage;
  return withTables(image, facts);
}

/** Modality and VOI tables are rare and small; the library's GPU path does not know them, so they are applied to the pixels. */
function withTables(image: Types.IImage, facts: ImageFacts): Types.IImage {
  const tables = [facts.modalityTable, appliesVoiTable(facts) ? facts.voiTable : undefined].filter(
    (table) => table !== undefined,
  );
  if (tables.length === 0 || image.color) return image;
  let pixels: ArrayLike<number> = image.getPixelData();
  for (const table of tables) pixels = applyTable(pixels, table);
  return withPixels(image, pixels as Uint16Array, image.columns, image.rows);
}

async function decodeHalf(store: FrameStore, imageId: string): Promise<Types.IImage> {
  const image = await decode(store, wholeImageId(imageId), {});
  const pixels = halved(image.getPixelData() as Int16Array, image.columns, image.rows);
  const half = withPixels(image, pixels, image.columns >> 1, image.rows >> 1);
  return Object.assign(half, {
    imageId,
    columnPixelSpacing: image.columnPixelSpacing * 2,
    rowPixelSpacing: image.rowPixelSpacing * 2,
  });
}

function withPixels(
  image: Types.IImage,
  pixels: Uint16Array | Int16Array,
  width: number,
  height: number,
): Types.IImage {
  let [min, max] = [Infinity, -Infinity];
  for (const value of pixels) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return Object.assign(image, {
    width,
    height,
    columns: width,
    rows: height,
    minPixelValue: min,
    maxPixelValue: max,
    sizeInBytes: pixels.byteLength,
    dataType: pixels.constructor.name,
    getPixelData: () => pixels,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      scalarData: pixels,
      width,
      height,
      numberOfComponents: 1,
    }),
    imageFrame: { ...(image.imageFrame as object), pixelData: pixels, pixelDataLength: pixels.length },
  });
}
