const LIGATURES: Readonly<Record<string, string>> = { Œ: 'OE', Æ: 'AE', ß: 'SS', ẞ: 'SS', Ł: 'L', Ø: 'O' };

/**
 * A name for comparison, never for storage or display: no accents, no ligatures, upper case, apostrophes, hyphens, dots and
 * blanks as one blank. There is no fuzzy distance: two different names stay different.
 */
export const normaliseName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[ŒÆßẞŁØ]/gu, (letter) => LIGATURES[letter] ?? letter)
    .replace(/[\p{Pd}\u2212'’‘ʼ`´.\s]+/gu, ' ')
    .trim();
