import type { ImageFacts, Window } from '../images/image-facts.js';
import type { TextKey } from '../i18n/i18n.js';

export interface Preset {
  readonly id: string;
  /** A text of ours, or the explanation the file gives. */
  readonly label: { readonly key: TextKey } | { readonly text: string };
  /** `full`: from the smallest to the largest value of the image on screen. */
  readonly window: Window | 'full';
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

/** Presets for an image: those of the file first, then those of its modality, then the whole range. None for colours. */
export function presetsFor(facts: ImageFacts | undefined): readonly Preset[] {
  if (!facts || facts.samples > 1 || facts.palette) return [];
  const own = facts.windows.map((window, index): Preset => ({
    id: `file-${index}`,
    label: window.explanation ? { text: window.explanation } : { key: 'presetFile' },
    window,
  }));
  return [...own, ...(facts.modality === 'CT' ? CT : []), { id: 'full', label: { key: 'presetFull' }, window: 'full' }];
}

/** Lower and upper values of a window under the LINEAR function (PS3.3 §C.11.2.1.2.1). */
export const rangeOf = ({ center, width }: Window): { lower: number; upper: number } => ({
  lower: center - 0.5 - (width - 1) / 2,
  upper: center - 0.5 + (width - 1) / 2,
});

export const windowFrom = ({ lower, upper }: { lower: number; upper: number }): Window => ({
  center: (lower + upper + 1) / 2,
  width: upper - lower + 1,
});
