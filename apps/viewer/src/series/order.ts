import type { ImageFacts, Vector } from '../images/image-facts.js';

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Direction through the slices, when the image has a place in space. */
export const normalOf = ({ rowDirection, columnDirection }: ImageFacts): Vector | undefined =>
  rowDirection && columnDirection && cross(rowDirection, columnDirection);

/** Where a slice lies along a direction, in mm. */
export const depthOf = ({ position }: ImageFacts, normal: Vector): number | undefined =>
  position && dot(position, normal);

export const parallel = (a: Vector | undefined, b: Vector | undefined): boolean =>
  a !== undefined && b !== undefined && Math.abs(dot(a, b)) > 0.99;

/**
 * Order of two images of a series: by instance number, then by object and place in it. It is the order of acquisition, which
 * the radiologist chose; a place in space is not comparable between the phases of a series.
 */
export function compareImages(a: ImageFacts, b: ImageFacts): number {
  return (
    (a.number ?? Infinity) - (b.number ?? Infinity) ||
    (a.instance < b.instance ? -1 : a.instance > b.instance ? 1 : compareFrames(a, b))
  );
}

/** Frames of one object: by the dimensions it says, slowest first, else as they are numbered. */
function compareFrames(a: ImageFacts, b: ImageFacts): number {
  const [first, second] = [a.order ?? [], b.order ?? []];
  if (first.length === second.length) {
    for (const [at, index] of first.entries()) {
      const difference = index - (second[at] ?? 0);
      if (difference !== 0) return difference;
    }
  }
  return a.frame - b.frame;
}

/** Puts `image` where it belongs among sorted images, in the place of an older head of itself. Returns its index, or -1 when it was there. */
export function insertSorted(images: ImageFacts[], image: ImageFacts): number {
  let low = 0;
  let high = images.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareImages(images[middle] ?? image, image);
    if (order === 0) {
      images[middle] = image;
      return -1;
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  images.splice(low, 0, image);
  return low;
}
