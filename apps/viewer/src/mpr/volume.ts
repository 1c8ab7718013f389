import { cache, imageLoader, ImageVolume, type Types, utilities } from '@cornerstonejs/core';
import { newVolumeTexture, type Pixels, type VolumeTexture } from './volume-texture.js';
import { VolumeValues } from './volume-values.js';

const CONSTRUCTORS = { Uint8Array, Uint16Array, Int16Array, Float32Array };
export type VolumeType = keyof typeof CONSTRUCTORS;

/** A volume of the library whose pixels live in one texture only. */
export interface TextureVolume {
  readonly volume: ImageVolume;
  readonly texture: VolumeTexture;
  /** Uploads a decoded slice; nothing is kept of it. */
  put(index: number, image: Types.IImage): void;
  /** Image ids of its slices, once all are known. */
  complete(imageIds: readonly string[]): void;
  /** Frees the pixels. While the views of the volume are there: their context holds the texture. */
  free(): void;
  /** Takes the volume from the library, once no view shows it. */
  remove(): void;
}

/** Bytes of decoded slices kept for measuring. */
const VALUES_BYTES = 128 * 1024 * 1024;

/** Its slices along the normal. */
export interface Slices {
  /** Undefined: still on its way. One at least is known. */
  readonly imageIds: readonly (string | undefined)[];
  /** From one to the next, mm. */
  readonly step: number;
  readonly type: VolumeType;
}

/**
 * Makes an empty volume and gives it to the library under `volumeId`. `onValues` is called when values asked for by a
 * measurement have been decoded.
 */
export function makeVolume(volumeId: string, { imageIds, step, type }: Slices, onValues: () => void): TextureVolume {
  let ids = imageIds;
  const known = imageIds.filter((imageId) => imageId !== undefined);
  const given = utilities.generateVolumePropsFromImageIds(known, volumeId);
  const { direction, metadata } = given;
  const dimensions: Types.Point3 = [given.dimensions[0], given.dimensions[1], imageIds.length];
  const spacing: Types.Point3 = [given.spacing[0], given.spacing[1], step];
  // The library gives the place of the first that is known.
  const before = step * imageIds.indexOf(given.imageIds[0]);
  const origin = given.origin.map((at, axis) => at - before * (direction[6 + axis] ?? 0)) as Types.Point3;
  const pixels = dimensions[0] * dimensions[1];
  const range: [number, number] = [Infinity, -Infinity];
  const values: VolumeValues = new VolumeValues(
    pixels,
    dimensions[2],
    Math.max(1, Math.floor(VALUES_BYTES / (pixels * CONSTRUCTORS[type].BYTES_PER_ELEMENT))),
    async (index) => pixelsOf(await imageLoader.loadImage(ids[index] ?? ''), type),
    onValues,
  );
  const voxels = new utilities.VoxelManager<number>(dimensions, {
    _get: (index: number) => values.at(index),
    numberOfComponents: 1,
    _getConstructor: () => CONSTRUCTORS[type],
    _id: volumeId,
  });
  Object.assign(voxels, {
    getRange: () => (range[0] <= range[1] ? range : [0, 0]),
    // The library asks it for the range of values by which a drag moves the window.
    getMiddleSliceData: () => new Float32Array(range),
    _getScalarDataLength: () => pixels * dimensions[2],
    clear: () => undefined,
  });
  const volume: ImageVolume = new ImageVolume({
    volumeId,
    dimensions,
    spacing,
    origin,
    direction,
    metadata,
    // The library asks for heads of slices that are on their way: one that is like them answers meanwhile.
    imageIds: imageIds.map((imageId) => imageId ?? given.imageIds[0] ?? ''),
    dataType: type,
    numberOfComponents: 1,
    voxelManager: voxels,
  });
  volume.isPreScaled = true;
  const texture = newVolumeTexture();
  Object.assign(volume, { vtkOpenGLTexture: texture });
  cache.putVolumeSync(volumeId, volume);
  return {
    volume,
    texture,
    put: (index, image) => {
      range[0] = Math.min(range[0], image.minPixelValue);
      range[1] = Math.max(range[1], image.maxPixelValue);
      texture.putSlice(index, pixelsOf(image, type));
    },
    complete: (all) => {
      ids = all;
      volume.imageIds = [...all];
      values.tryAgain();
    },
    free: () => {
      values.close();
      texture.free();
    },
    remove: () => {
      if (cache.getVolume(volumeId)) cache.removeVolumeLoadObject(volumeId);
    },
  };
}

function pixelsOf(image: Types.IImage, type: VolumeType): Pixels {
  const pixels = image.getPixelData() as Pixels;
  return pixels.constructor.name === type ? pixels : new CONSTRUCTORS[type](pixels);
}
