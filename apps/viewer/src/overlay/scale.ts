export interface ScaleBar {
  readonly millimetres: number;
  readonly pixels: number;
  /** `5 cm`, `2 mm` */
  readonly label: string;
}

/** A shorter bar cannot be read against. */
const MIN_PIXELS = 20;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** The longest round length that fits into `maxPixels` of the screen. Undefined when none does. */
export function scaleBar(millimetresPerPixel: number, maxPixels: number): ScaleBar | undefined {
  if (!(millimetresPerPixel > 0)) return undefined;
  const millimetres = STEPS.findLast((step) => step / millimetresPerPixel <= maxPixels);
  if (millimetres === undefined || millimetres / millimetresPerPixel < MIN_PIXELS) return undefined;
  const label = millimetres >= 10 ? `${millimetres / 10} cm` : `${millimetres} mm`;
  return { millimetres, pixels: millimetres / millimetresPerPixel, label };
}
