import { PROFESSION_SYSTEM, PROFESSION_SYSTEM_ALIASES, STUDENT_CATEGORY } from '../identity-constants.js';
import type { Coded, Professional } from '../psc/professional.js';

export interface ProfessionRow {
  readonly code: string;
  /** OID of the code system. */
  readonly system: string;
  /** French label, for screens and logs. */
  readonly label: string;
}

export interface ProfessionTable {
  readonly allowed: readonly ProfessionRow[];
  /** `codeCategorieProfessionnelle` that do not count: students by default. */
  readonly excludedCategories: readonly string[];
}

const profession = (code: string, label: string): ProfessionRow => ({ code, system: PROFESSION_SYSTEM, label });

/**
 * Professions that may see images. The list of DB.SO.34 is not published; this is the part of the habilitation matrix of the
 * DMP (reading of imaging documents) we are surest of. It is a setting: a site gives its own table.
 */
export const DEFAULT_PROFESSIONS: ProfessionTable = {
  allowed: [
    profession('10', 'Médecin'),
    profession('21', 'Pharmacien'),
    profession('40', 'Chirurgien-dentiste'),
    profession('50', 'Sage-femme'),
    profession('60', 'Infirmier'),
    profession('70', 'Masseur-kinésithérapeute'),
    profession('80', 'Pédicure-podologue'),
    profession('98', "Manipulateur d'électroradiologie médicale"),
  ],
  excludedCategories: [STUDENT_CATEGORY],
};

export type AllowedProfession =
  | { readonly ok: true; readonly profession: ProfessionRow }
  /** `codes`: what was said, `code^system`, for the audit trail. */
  | {
      readonly ok: false;
      readonly reason: 'no-profession' | 'not-allowed' | 'excluded-category';
      readonly codes: readonly string[];
    };

/**
 * May this professional see images? A profession counts when the table has its code in its system. Where the situations
 * say in which category it is exercised, one of them must be a category that counts.
 */
export const isAllowed = (
  professional: Professional,
  table: ProfessionTable = DEFAULT_PROFESSIONS,
): AllowedProfession => {
  const said = [...professional.roles, ...professional.situations.map(({ profession: coded }) => coded)];
  const codes = [...new Set(said.map(({ code, system }) => (system === undefined ? code : `${code}^${system}`)))];
  if (said.length === 0) return { ok: false, reason: 'no-profession', codes };
  const matching = table.allowed.filter((row) => said.some((coded) => names(coded, row)));
  if (matching.length === 0) return { ok: false, reason: 'not-allowed', codes };
  const exercised = matching.find((row) => {
    const situations = professional.situations.filter(({ profession: coded }) => names(coded, row));
    return (
      situations.length === 0 ||
      situations.some(({ category }) => category === undefined || !table.excludedCategories.includes(category))
    );
  });
  return exercised ? { ok: true, profession: exercised } : { ok: false, reason: 'excluded-category', codes };
};

const canonical = (system: string): string => (PROFESSION_SYSTEM_ALIASES.includes(system) ? PROFESSION_SYSTEM : system);

const names = ({ code, system }: Coded, row: ProfessionRow): boolean =>
  system !== undefined && code === row.code && canonical(system) === canonical(row.system);
