import { type Types, type VolumeViewport, type StackViewport } from '@cornerstonejs/core';
import type { ImageFacts } from '../images/image-facts.js';
import { type Preset, presetsFor, rangeOf, windowFrom } from './presets.js';

export type View = StackViewport | VolumeViewport;

const isStack = (view: View): view is StackViewport => 'getCurrentImageIdIndex' in view && 'setStack' in view;

/** Windows below this are of real values, as SUV are. */
const SMALL_WINDOW = 20;

/** Shows the values of a preset. `full` is read from the image on screen. */
export function applyPreset(view: View, preset: Preset): void {
  const range = preset.window === 'full' ? fullRange(view) : rangeOf(preset.window, preset.exact);
  if (range) view.setProperties({ voiRange: range });
  view.render();
}

function fullRange(view: View): Types.VOIRange | undefined {
  if (isStack(view)) {
    const image = view.getCornerstoneImage();
    return image && { lower: image.minPixelValue, upper: image.maxPixelValue };
  }
  const range = view.getImageData()?.voxelManager?.getRange();
  return range && { lower: range[0], upper: range[1] };
}

/** Moves the window by parts of its width: `center` and `width` from -1 to 1. */
export function nudgeWindow(view: View, center: number, width: number): void {
  const range = view.getProperties()?.voiRange;
  if (!range) return;
  // In real values a step is a part of the window, however small that is.
  const exact = range.upper - range.lower < SMALL_WINDOW;
  const now = windowFrom(range, exact);
  const step = exact ? now.width / 20 : Math.max(1, now.width / 20);
  const least = exact ? step : 1;
  view.setProperties({
    voiRange: rangeOf({ center: now.center + center * step, width: Math.max(least, now.width + width * step) }, exact),
  });
  view.render();
}

export function invert(view: View): void {
  view.setProperties({ invert: !view.getProperties()?.invert });
  view.render();
}

export function rotate(view: View): void {
  const { rotation = 0 } = view.getViewPresentation();
  view.setViewPresentation({ rotation: (rotation + 90) % 360 });
  view.render();
}

export function flip(view: View, axis: 'horizontal' | 'vertical'): void {
  const { flipHorizontal = false, flipVertical = false } = view.getCamera();
  view.setCamera(axis === 'horizontal' ? { flipHorizontal: !flipHorizontal } : { flipVertical: !flipVertical });
  view.render();
}

/** `factor` > 1 enlarges. */
export function zoomBy(view: View, factor: number): void {
  view.setZoom(Math.max(0.1, Math.min(40, view.getZoom() * factor)));
  view.render();
}

/** In pixels of the screen. */
export function panBy(view: View, x: number, y: number): void {
  const [panX, panY] = view.getPan();
  view.setPan([panX + x, panY + y]);
  view.render();
}

/** Back to the image as it came: its own window, fitted, upright. */
export function reset(view: View, facts: ImageFacts | undefined): void {
  view.resetProperties();
  view.resetCamera();
  if (!isStack(view)) {
    const own = presetsFor(facts)[0];
    if (own) applyPreset(view, own);
  }
  view.render();
}
