/** What the probe has seen in a page, milliseconds of Date.now(); 0 when it has not. */
export interface Seen {
  /** A first canvas with an image. */
  readonly first: number;
  /** Three canvases with an image at once. */
  readonly three: number;
  /** The last change of what is drawn. */
  readonly changed: number;
  /** Canvases with an image at the last look. */
  readonly images: number;
}

/**
 * Runs in every page, ours and OHIF's, before its scripts. A canvas shows an image when it is at least 200 pixels wide and high on screen and
 * its pixels, drawn down to 64 × 64, hold a part that is grey and bright beside a part that is dark: the phantom, whose inside is 204 HU or
 * more, level 232 in its window 40/400. A spinner, a logo, an icon or words over the image are no canvas; an empty canvas has nothing
 * bright; a volume without its voxels shows 0 HU, level 102.
 */
export const PROBE = `(() => {
  const SIDE = 64, LEAST = 200, PART = 0.02, BRIGHT = 180, OFTEN = 40, SELDOM = 200;
  const seen = { first: 0, three: 0, changed: 0, images: 0 };
  Object.defineProperty(window, '__seen', { value: seen });
  let drawing, before = '';
  const look = () => {
    const now = Date.now();
    drawing ??= new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
    let images = 0, signature = '';
    for (const canvas of document.querySelectorAll('canvas')) {
      if (canvas.clientWidth < LEAST || canvas.clientHeight < LEAST || !canvas.width || !canvas.height) continue;
      drawing.clearRect(0, 0, SIDE, SIDE);
      drawing.drawImage(canvas, 0, 0, SIDE, SIDE);
      const { data } = drawing.getImageData(0, 0, SIDE, SIDE);
      let bright = 0, dark = 0, hash = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
        if (r > BRIGHT && Math.abs(r - g) < 10 && Math.abs(g - b) < 10) bright += 1;
        else if (r + g + b < 60) dark += 1;
        hash = (hash * 31 + r) | 0;
      }
      if (bright > PART * SIDE * SIDE && dark > PART * SIDE * SIDE) images += 1;
      signature += hash + ' ';
    }
    if (signature !== before) { before = signature; seen.changed = now; }
    if (images >= 1) seen.first ||= now;
    if (images >= 3) seen.three ||= now;
    seen.images = images;
    setTimeout(look, seen.first ? SELDOM : OFTEN);
  };
  look();
})()`;
