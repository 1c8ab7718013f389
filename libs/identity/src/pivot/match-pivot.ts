import { AMR_EIDAS, FC_ACR_ACCEPTED } from '../identity-constants.js';
import type { InsTraits } from '../ins/ins-traits.js';
import { normaliseName } from './normalise.js';
import type { Pivot } from './pivot.js';

/** What the published texts leave open of DB.VI-SO.152. Every default denies. */
export interface PivotSettings {
  readonly acceptedAcr: readonly string[];
  /** FranceConnect+ may not say how the user signed in: `deny` refuses then. */
  readonly absentAmr: 'deny' | 'accept';
  /** Dates with an unknown part: never matched, or matched on year and month, both known. */
  readonly partialDates: 'deny' | 'year-month';
  /** A KOS without a place of birth: refused, or matched without it. */
  readonly absentBirthPlace: 'deny' | 'skip';
}

export const DEFAULT_PIVOT_SETTINGS: PivotSettings = {
  acceptedAcr: FC_ACR_ACCEPTED,
  absentAmr: 'deny',
  partialDates: 'deny',
  absentBirthPlace: 'deny',
};

/** For the audit trail only: a patient must be told the same thing whatever the reason. */
export type PivotMismatch =
  | 'acr'
  | 'amr'
  | 'eidas'
  | 'sex'
  | 'partial-date'
  | 'birth-date'
  | 'birth-place-missing'
  | 'birth-place'
  | 'birth-name'
  | 'given-names';

export type PivotMatch = { readonly ok: true } | { readonly ok: false; readonly reason: PivotMismatch };

/**
 * Is the person FranceConnect+ vouches for the patient of this exam (DB.VI-SO.152)? Denies by default: each trait must be
 * known on both sides and equal. Names are compared without accents or punctuation, never nearly.
 */
export const matchPivot = (
  pivot: Pivot,
  traits: InsTraits,
  settings: PivotSettings = DEFAULT_PIVOT_SETTINGS,
): PivotMatch => {
  const reason =
    authenticationMismatch(pivot, settings) ??
    sexMismatch(pivot, traits) ??
    dateMismatch(pivot, traits, settings) ??
    placeMismatch(pivot, traits, settings) ??
    birthNameMismatch(pivot, traits) ??
    givenNamesMismatch(pivot, traits);
  return reason === undefined ? { ok: true } : { ok: false, reason };
};

const authenticationMismatch = ({ acr, amr }: Pivot, settings: PivotSettings): PivotMismatch | undefined => {
  if (!settings.acceptedAcr.includes(acr)) return 'acr';
  // Users of the European bridge have free-text names and no INSEE code of birth.
  if (amr.some((method) => method.toLowerCase().startsWith(AMR_EIDAS))) return 'eidas';
  return amr.length === 0 && settings.absentAmr === 'deny' ? 'amr' : undefined;
};

const sexMismatch = ({ gender }: Pivot, { sex }: InsTraits): PivotMismatch | undefined =>
  (gender === 'male' && sex === 'M') || (gender === 'female' && sex === 'F') ? undefined : 'sex';

interface BirthDate {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

const dateMismatch = (pivot: Pivot, traits: InsTraits, settings: PivotSettings): PivotMismatch | undefined => {
  const ours = readDate(traits.birthDate);
  const theirs = readDate(pivot.birthDate);
  if (ours === undefined || theirs === undefined) return 'birth-date';
  if (isWhole(ours) && isWhole(theirs)) {
    return ours.year === theirs.year && ours.month === theirs.month && ours.day === theirs.day
      ? undefined
      : 'birth-date';
  }
  if (settings.partialDates === 'deny' || !isMonth(ours) || !isMonth(theirs)) return 'partial-date';
  return ours.year === theirs.year && ours.month === theirs.month ? undefined : 'birth-date';
};

const readDate = (text: string): BirthDate | undefined => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return match ? { year: match[1]!, month: match[2]!, day: match[3]! } : undefined;
};

const isMonth = ({ year, month }: BirthDate): boolean => Number(year) > 0 && Number(month) >= 1 && Number(month) <= 12;

/** A day of the calendar: `00` and the months over 12 of lunar dates are not. */
const isWhole = (date: BirthDate): boolean => {
  const { year, month, day } = date;
  if (!isMonth(date) || Number(day) === 0) return false;
  const real = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(real.getTime()) && real.getUTCDate() === Number(day);
};

/** INSEE's country code of France, which a place of birth never is: a commune is. */
const FRANCE = '99100';

const placeMismatch = (pivot: Pivot, traits: InsTraits, settings: PivotSettings): PivotMismatch | undefined => {
  const ours = (traits.birthPlace ?? '').trim().toUpperCase();
  if (ours === '') return settings.absentBirthPlace === 'skip' ? undefined : 'birth-place-missing';
  if (ours === FRANCE) return 'birth-place'; // no place of birth: it would match everybody born in France
  // Code at birth against code at birth: communes that merged since are not mapped.
  const theirs = (ours.startsWith('99') ? pivot.birthCountry : pivot.birthPlace).trim().toUpperCase();
  return ours === theirs ? undefined : 'birth-place';
};

const birthNameMismatch = (pivot: Pivot, traits: InsTraits): PivotMismatch | undefined => {
  const ours = normaliseName(traits.birthName);
  return ours !== '' && ours === normaliseName(pivot.familyName) ? undefined : 'birth-name';
};

const givenNamesMismatch = (pivot: Pivot, traits: InsTraits): PivotMismatch | undefined => {
  const first = normaliseName(traits.firstGivenName);
  const names = pivot.givenNames.split(/\s+/).filter((name) => name !== '');
  // Whole names from the head of the list: JEAN PIERRE is found in « Jean Pierre Marie » and in « Jean-Pierre Marie », and
  // JEAN is not found in « Jean-Pierre ».
  const heads = names.map((_, index) => normaliseName(names.slice(0, index + 1).join(' ')));
  if (first === '' || !heads.includes(first)) return 'given-names';
  if (traits.givenNames === undefined || traits.givenNames.length === 0) return undefined;
  return normaliseName(traits.givenNames.join(' ')) === normaliseName(pivot.givenNames) ? undefined : 'given-names';
};
