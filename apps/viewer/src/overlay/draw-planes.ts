import type { StackViewport, Types } from '@cornerstonejs/core';
import { isDrawn, type OverlayPlane } from '../images/overlay-planes.js';
import type { Overlay } from './overlay.js';

/** As `--accent` of the style sheet: red, green, blue. */
const COLOUR = [255, 209, 102] as const;

const pictures = new WeakMap<OverlayPlane, HTMLCanvasElement>();

/** Pixels of an overlay, drawn once. */
function pictureOf(plane: OverlayPlane): HTMLCanvasElement {
  const known = pictures.get(plane);
  if (known) return known;
  const { rows, columns } = plane;
  const picture = document.createElement('canvas');
  [picture.width, picture.height] = [columns, rows];
  const drawing = picture.getContext('2d');
  const pixels = drawing?.createImageData(columns, rows);
  if (drawing && pixels) {
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        if (isDrawn(plane, column, row)) pixels.data.set([...COLOUR, 255], 4 * (row * columns + column));
      }
    }
    drawing.putImageData(pixels, 0, 0);
  }
  pictures.set(plane, picture);
  return picture;
}

/** The library leaves its images untyped. */
interface Placed {
  indexToWorld(index: readonly number[]): Types.Point3;
}

/** Draws the overlays of the image on screen where they belong, however it is turned, moved or enlarged. */
export function drawPlanes(
  { root, planes: target }: Overlay,
  view: StackViewport,
  planes: readonly OverlayPlane[] | undefined,
): void {
  if (!planes) return target.remove();
  const drawing = target.getContext('2d');
  const image = view.getImageData()?.imageData as Placed | undefined;
  if (!drawing || !image) return;
  if (!target.isConnected) root.prepend(target);
  const scale = window.devicePixelRatio;
  const { clientWidth, clientHeight } = view.element;
  target.width = Math.round(clientWidth * scale);
  target.height = Math.round(clientHeight * scale);
  drawing.imageSmoothingEnabled = false;
  const place = (column: number, row: number): Types.Point2 => view.worldToCanvas(image.indexToWorld([column, row, 0]));
  for (const plane of planes) {
    // Whole numbers are the middles of pixels, their corners lie half a pixel before.
    const [column, row] = [plane.origin[1] - 1.5, plane.origin[0] - 1.5];
    const [corner, right, down] = [place(column, row), place(column + 1, row), place(column, row + 1)];
    drawing.setTransform(
      (right[0] - corner[0]) * scale,
      (right[1] - corner[1]) * scale,
      (down[0] - corner[0]) * scale,
      (down[1] - corner[1]) * scale,
      corner[0] * scale,
      corner[1] * scale,
    );
    drawing.drawImage(pictureOf(plane), 0, 0);
  }
}
