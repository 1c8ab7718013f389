import { textOf } from '../json.js';
import type { JsonObject } from '../json.js';

/** The identity FranceConnect+ vouches for (identité pivot), checked by INSEE. */
export interface Pivot {
  readonly subject: string;
  /** Birth name. */
  readonly familyName: string;
  /** All given names, separated by blanks. */
  readonly givenNames: string;
  /** `YYYY-MM-DD`; `00` for what is not known. */
  readonly birthDate: string;
  readonly gender: 'male' | 'female' | 'unknown';
  /** INSEE code of the commune; empty when born abroad. */
  readonly birthPlace: string;
  /** INSEE code of the country: 99100 is France. */
  readonly birthCountry: string;
  readonly acr: string;
  readonly amr: readonly string[];
}

export type ReadPivot =
  | { readonly ok: true; readonly pivot: Pivot }
  | { readonly ok: false; readonly missing: 'sub' | 'family_name' | 'given_name' | 'birthdate' };

/** Reads the pivot from verified userinfo claims; `acr` and `amr` come from the verified ID token. */
export const readPivot = (claims: JsonObject, { acr, amr }: Pick<Pivot, 'acr' | 'amr'>): ReadPivot => {
  const subject = textOf(claims['sub']);
  if (subject === undefined) return { ok: false, missing: 'sub' };
  const familyName = textOf(claims['family_name']);
  if (familyName === undefined) return { ok: false, missing: 'family_name' };
  const givenNames = textOf(claims['given_name']);
  if (givenNames === undefined) return { ok: false, missing: 'given_name' };
  const birthDate = textOf(claims['birthdate']);
  if (birthDate === undefined) return { ok: false, missing: 'birthdate' };
  const gender = claims['gender'];
  return {
    ok: true,
    pivot: {
      subject,
      familyName,
      givenNames,
      birthDate,
      gender: gender === 'male' || gender === 'female' ? gender : 'unknown',
      birthPlace: textOf(claims['birthplace']) ?? '',
      birthCountry: textOf(claims['birthcountry']) ?? '',
      acr,
      amr,
    },
  };
};
