export type MatriculeCheck =
  { readonly ok: true; readonly key: string } | { readonly ok: false; readonly problem: 'shape' | 'key' };

const SHAPE = /^([1-478]\d{4}(?:\d{2}|2[AB])\d{6})(\d{2})?$/;

/**
 * Checks a matricule INS (NIR or NIA): 13 characters and, when present, its 2-digit key, 97 − (number mod 97). Corsican
 * departments count as 19 (2A) and 18 (2B) in the number. `key` is the right key.
 */
export const checkMatricule = (matricule: string): MatriculeCheck => {
  const match = SHAPE.exec(matricule);
  if (!match) return { ok: false, problem: 'shape' };
  const number = BigInt(match[1]!.replace('2A', '19').replace('2B', '18'));
  const key = String(97n - (number % 97n)).padStart(2, '0');
  return match[2] === undefined || match[2] === key ? { ok: true, key } : { ok: false, problem: 'key' };
};
