import { words } from '../i18n/i18n.js';
import type { Series } from '../series/series.js';

/** How a series is called on screen. */
export function titleOf({ info }: Series): string {
  if (info.kind === 'key-images') return words.say('keyImages');
  const number = info.number === undefined ? '' : words.say('series', { number: info.number });
  return [number, info.modality, info.description].filter((piece) => piece !== '').join(' · ');
}

/** `Série 2 · CT · Thorax – 05/01/2026 Scanner thoracique` */
export function longTitleOf(series: Series): string {
  const { date, description } = series.exam;
  return [titleOf(series), [date && words.date(date), description].filter(Boolean).join(' ')].join('\n');
}

/** What is missing of a series, as a sentence for the banner; undefined while it loads or when it is whole. */
export function missingOf(series: Series): string | undefined {
  const { state, received, expected } = series;
  if (state === 'failed' || (state === 'interrupted' && series.images.length === 0)) return words.say('failed');
  if (state !== 'incomplete' && state !== 'interrupted') return undefined;
  return expected === undefined ? words.say('incompleteUnknown') : words.say('incomplete', { received, expected });
}
