import { element } from '../dom/element.js';
import { words } from '../i18n/i18n.js';
import type { Film } from '../series/series.js';

/** Addresses under which the browser plays films, one a film. */
const addresses = new Map<Film, string>();

function addressOf(film: Film): string {
  const { bytes, mediaType } = film.frame;
  const address = addresses.get(film) ?? URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  addresses.set(film, address);
  return address;
}

/** Gives back the memory of every film shown. */
export function forgetFilms(): void {
  for (const address of addresses.values()) URL.revokeObjectURL(address);
  addresses.clear();
}

/** A film (MPEG-4) that the browser plays itself. */
export function filmCard(film: Film): HTMLElement {
  const player = element('video', {
    controls: true,
    playsinline: true,
    tabindex: '0',
    'aria-label': words.say('cardFilm'),
  });
  const unplayable = element('p', { hidden: true, role: 'status' }, words.say('filmUnplayable'));
  player.addEventListener('error', () => (unplayable.hidden = false));
  player.src = addressOf(film);
  return element('article', { class: 'card' }, element('h3', {}, words.say('cardFilm')), player, unplayable);
}
