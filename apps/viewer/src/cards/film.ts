import { element } from '../dom/element.js';
import { words } from '../i18n/i18n.js';
import type { Film } from '../series/series.js';

/** A film (MPEG-4) that the browser plays itself. */
export function filmCard({ frame }: Film): HTMLElement {
  const film = element('video', { controls: true, playsinline: true, 'aria-label': words.say('cardFilm') });
  const address = URL.createObjectURL(new Blob([frame.bytes], { type: frame.mediaType }));
  const unplayable = element('p', { hidden: true }, words.say('filmUnplayable'));
  film.addEventListener('error', () => (unplayable.hidden = false));
  film.src = address;
  return element('article', { class: 'card' }, element('h3', {}, words.say('cardFilm')), film, unplayable);
}
