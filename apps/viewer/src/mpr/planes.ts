import { Enums } from '@cornerstonejs/core';
import { element } from '../dom/element.js';
import { type TextKey, words } from '../i18n/i18n.js';
import { Overlay } from '../overlay/overlay.js';

export const PLANES: readonly {
  readonly id: string;
  readonly key: TextKey;
  readonly orientation: Enums.OrientationAxis;
}[] = [
  { id: 'mpr-axial', key: 'axial', orientation: Enums.OrientationAxis.AXIAL },
  { id: 'mpr-sagittal', key: 'sagittal', orientation: Enums.OrientationAxis.SAGITTAL },
  { id: 'mpr-coronal', key: 'coronal', orientation: Enums.OrientationAxis.CORONAL },
];

/** What one plane is shown in. */
export interface Plane {
  readonly root: HTMLElement;
  readonly canvas: HTMLDivElement;
  readonly overlay: Overlay;
  readonly key: TextKey;
}

export function planeOf(key: TextKey): Plane {
  const overlay = new Overlay();
  const canvas = element('div', { class: 'pane-canvas' });
  const root = element(
    'section',
    { class: 'pane', tabindex: '0', 'aria-label': words.say(key), 'data-plane': key },
    canvas,
    overlay.root,
    overlay.lossyMark,
  );
  return { root, canvas, overlay, key };
}
