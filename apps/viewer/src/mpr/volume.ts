import { cache, ImageVolume, type Types, utilities } from '@cornerstonejs/core';
import type { PixelType } from '../images/pixel-type.js';
import { CONSTRUCTORS, type Pixels, Voxels } from './voxels.js';

/** A volume of the library, for its cameras and tools, over decoded slices that are ours. */
export interface MprVolume {
  readonly volume: ImageVolume;
  readonly voxels: Voxels;
  put(place: number, image: Types.IImage): void;
  /** Image ids of its slices, once all are known. */
  complete(imageIds: readonly string[]): void;
  /** Takes the volume from the library and forgets its slices, once no view shows it. */
  remove(): void;
}

/** Its slices along the normal. */
export interface Slices {
  /** Undefined: still on its way. One at least is known. */
  readonly imageIds: readonly (string | undefined)[];
  /** From one to the next, mm. */
  readonly step: number;
  readonly type: PixelType;
}

/** Makes an empty volume and gives it to the library under `volumeId`. */
export function makeVolume(volumeId: string, { imageIds, step, type }: Slices): MprVolume {
  const known = imageIds.filter((imageId) => imageId !== undefined);
  const given = utilities.generateVolumePropsFromImageIds(known, volumeId);
  const { direction, metadata } = given;
  const dimensions: Types.Point3 = [given.dimensions[0], given.dimensions[1], imageIds.length];
  const spacing: Types.Point3 = [given.spacing[0], given.spacing[1], step];
  // The library gives the place of the first that is known.
  const before = step * imageIds.indexOf(given.imageIds[0]);
  const origin = given.origin.map((at, axis) => at - before * (direction[6 + axis] ?? 0)) as Types.Point3;
  const voxels = new Voxels(dimensions, type);
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
    voxelManager: reader(volumeId, voxels),
  });
  volume.isPreScaled = true;
  cache.putVolumeSync(volumeId, volume);
  return {
    volume,
    voxels,
    put: (place, image) => voxels.put(place, image.getPixelData() as Pixels, image.minPixelValue, image.maxPixelValue),
    complete: (all) => {
      volume.imageIds = [...all];
    },
    remove: () => {
      if (cache.getVolume(volumeId)) cache.removeVolumeLoadObject(volumeId);
      voxels.clear();
    },
  };
}

/** What the library's tools measure by. */
function reader(volumeId: string, voxels: Voxels): utilities.VoxelManager<number> {
  const { size } = voxels;
  const manager = new utilities.VoxelManager<number>([...size], {
    _get: (index: number) => voxels.at(index),
    numberOfComponents: 1,
    _getConstructor: () => CONSTRUCTORS[voxels.type],
    _id: volumeId,
  });
  return Object.assign(manager, {
    getRange: () => voxels.range,
    // The library asks it for the range of values by which a drag moves the window.
    getMiddleSliceData: () => new Float32Array(voxels.range),
    _getScalarDataLength: () => size[0] * size[1] * size[2],
    clear: () => undefined,
  });
}
