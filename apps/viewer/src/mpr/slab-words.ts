import { type TextKey, words } from '../i18n/i18n.js';
import type { Plane, SlabMode } from './cut.js';

export const SLAB_NAMES: Readonly<Record<SlabMode, TextKey>> = {
  mip: 'slabMip',
  minip: 'slabMinip',
  average: 'slabAverage',
};

/** What is said of a slab on the image; nothing of a plane. */
export const slabWords = (slab: Plane['slab']): string =>
  slab
    ? words.say('slabShown', { mode: words.say(SLAB_NAMES[slab.mode]), thickness: words.number(slab.thickness) })
    : '';
