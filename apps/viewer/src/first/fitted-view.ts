import type { ImageFacts, Vector } from '../images/image-facts.js';
import type { ShownView } from '../overlay/overlay.js';

/** An image fitted into its place, upright: what the words over it are read from. */
export function fittedView(
  canvas: HTMLCanvasElement,
  { rows, columns, spacing, rowDirection = [1, 0, 0], columnDirection = [0, 1, 0] }: ImageFacts,
  range: { readonly lower: number; readonly upper: number },
): ShownView {
  const { clientWidth, clientHeight } = canvas;
  const perPixel = (spacing?.column ?? 1) / Math.min(clientWidth / columns, clientHeight / rows);
  const along = (direction: Vector, other: Vector, axis: 0 | 1 | 2, [x, y]: readonly [number, number]): number =>
    perPixel * (direction[axis] * x + other[axis] * y);
  return {
    canvas: { clientWidth },
    // From an origin of its own: only directions and distances are read.
    canvasToWorld: (at) => [
      along(rowDirection, columnDirection, 0, at),
      along(rowDirection, columnDirection, 1, at),
      along(rowDirection, columnDirection, 2, at),
    ],
    getZoom: () => 1,
    getProperties: () => ({ voiRange: range }),
  };
}
