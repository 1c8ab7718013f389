import type { PrimaryTool } from './tool-groups.js';

export type IconName =
  | PrimaryTool
  | 'invert'
  | 'rotate'
  | 'flipHorizontal'
  | 'flipVertical'
  | 'reset'
  | 'cine'
  | 'annotations'
  | 'linked'
  | 'mpr';

/** Paths in a square of 24. */
export const ICONS: Readonly<Record<IconName, string>> = {
  scroll: 'M6 4h12M6 9h12M6 14h12M6 19h12',
  window: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 7h6M12 12h9M12 17h6',
  zoom: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM14.5 14.5L21 21M7 10h6M10 7v6',
  pan: 'M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3',
  crosshairs: 'M12 2v8M12 14v8M2 12h8M14 12h8',
  probe: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v4M12 18v4M2 12h4M18 12h4',
  length: 'M4 20L20 4M3 17l4 4M17 3l4 4',
  angle: 'M20 20H4L18 6M11 20a8 8 0 0 0-2-5',
  cobb: 'M3 4l12 3M3 20l12-3M19 8a8 8 0 0 1 0 8',
  ellipse: 'M12 6c5 0 9 2.7 9 6s-4 6-9 6-9-2.7-9-6 4-6 9-6z',
  rectangle: 'M4 6h16v12H4z',
  erase: 'M4 16L14 6l6 6-8 8H7zM9 11l6 6M12 20h8',
  invert: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18M12 8h7M12 12h9M12 16h7',
  rotate: 'M19 12a7 7 0 1 1-3-5.700M19 3v5h-5',
  flipHorizontal: 'M12 3v18M9 7L3 17h6zM15 7l6 10h-6z',
  flipVertical: 'M3 12h18M7 9l10-6v6zM7 15l10 6v-6z',
  reset: 'M5 12a7 7 0 1 0 3-5.700M5 3v5h5',
  cine: 'M7 4l13 8-13 8z',
  annotations: 'M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5',
  linked: 'M9 12h6M10 8H7a4 4 0 0 0 0 8h3M14 8h3a4 4 0 0 1 0 8h-3',
  mpr: 'M3 3h8v8H3zM13 3h8v8h-8zM3 13h8v8H3zM17 13v8M13 17h8',
};
