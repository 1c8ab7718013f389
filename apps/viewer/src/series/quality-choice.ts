import type { ImageQuality } from '@drimbox/contracts';
import { element } from '../dom/element.js';
import { follow, followAttribute, type TextKey, words } from '../i18n/i18n.js';
import type { Library } from './library.js';

const CHOICES: readonly (readonly [ImageQuality, TextKey])[] = [
  ['lossless', 'qualityLossless'],
  ['lossy', 'qualityLossy'],
];

/** Choice of what the series not yet asked for come as: for this page only, nothing is kept. Empty where only one is allowed. */
export function qualityChoice(library: Library): HTMLElement[] {
  if (!library.context.allowed.lossy) return [];
  const choice = followAttribute(element('select', { id: 'quality' }), 'aria-label', 'quality');
  followAttribute(choice, 'title', 'quality');
  for (const [value, key] of CHOICES) {
    const option = element('option', { value });
    choice.append(follow(option, () => (option.textContent = words.say(key))));
  }
  choice.value = library.firstQuality;
  choice.addEventListener('change', () => {
    library.firstQuality = choice.value === 'lossy' ? 'lossy' : 'lossless';
  });
  return [choice];
}
