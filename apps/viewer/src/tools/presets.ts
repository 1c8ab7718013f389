import type { ImageFacts, Window } from '../images/image-facts.js';
import { SUV } from '../images/suv.js';
import type { TextKey } from '../i18n/i18n.js';

export interface Preset {
  readonly id: string;
  /** A text of ours, or the explanation the file gives. */
  readonly label: { readonly key: TextKey } | { readonly text: string };
  /** `full`: from the smallest to the largest value of the image on screen. */
  readonly window: Window | 'full';
  /** The window is given by LINEAR_EXACT (PS3.3 §C.11.2.1.3.2). */
  readonly exact?: boolean;
}

const named = (id: string, key: TextKey, center: number, width: number): Preset => ({
  id,
  label: { key },
  window: { center, width },
});

/** In Hounsfield units. */
const CT: readonly Preset[] = [
  named('abdomen', 'presetAbdomen', 40, 400),
  named('lung', 'presetLung', -600, 1500),
  named('bone', 'presetBone', 400, 1800),
  named('brain', 'presetBrain', 40, 80),
  named('mediastinum', 'presetMediastinum', 50, 350),
  named('liver', 'presetLiver', 80, 150),
  named('angio', 'presetAngio', 200, 700),
];

/** In standardised uptake values. */
const SUV_PRESETS: readonly Preset[] = [
  { ...named('suv-6', 'presetSuv6', 3, 6), exact: true },
  { ...named('suv-10', 'presetSuv10', 5, 10), exact: true },
];

/** Presets for an image: those of the file first, then those of its modality, then the whole range. None for colours. */
export function presetsFor(facts: ImageFacts | undefined): readonly Preset[] {
  if (!facts || facts.samples > 1 || facts.palette) return [];
  const own = facts.windows.map((window, index): Preset => ({
    id: `file-${index}`,
    label: window.explanation ? { text: window.explanation } : { key: 'presetFile' },
    window,
    exact: isExact(facts),
  }));
  const usual = facts.modality === 'CT' ? CT : facts.units === SUV ? SUV_PRESETS : [];
  return [...own, ...usual, { id: 'full', label: { key: 'presetFull' }, window: 'full' }];
}

/** Is a window of this image the whole of its range, or one value less? */
export const isExact = (facts: ImageFacts | undefined): boolean => facts?.windowFunction === 'LINEAR_EXACT';

interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** Lower and upper values of a window under the LINEAR function (PS3.3 §C.11.2.1.2.1), or LINEAR_EXACT. */
export function rangeOf({ center, width }: Window, exact = false): Range {
  const [middle, half] = exact ? [center, width / 2] : [center - 0.5, (width - 1) / 2];
  return { lower: middle - half, upper: middle + half };
}

export function windowFrom({ lower, upper }: Range, exact = false): Window {
  const more = exact ? 0 : 1;
  return { center: (lower + upper + more) / 2, width: upper - lower + more };
}
