/**
 * Facts of Pro Santé Connect and FranceConnect+ read in samples or secondary sources: likely right, and all in one place
 * for the day the official text says otherwise. What may well differ by site is a setting of the part concerned.
 */

/** Scope and level asked of Pro Santé Connect: SC.PSC.08 wants exactly `eidas1`; samples answer `eidas3`. */
export const PSC_SCOPE = 'openid scope_all';
export const PSC_ACR_ASKED = 'eidas1';
export const PSC_ACR_ACCEPTED = ['eidas1', 'eidas2', 'eidas3'] as const;

/** FranceConnect+ knows no `eidas1`; patients need the substantial level at least (PGSSI-S). */
export const FC_SCOPE = 'openid given_name family_name birthdate gender birthplace birthcountry';
export const FC_ACR_ASKED = 'eidas2';
export const FC_ACR_ACCEPTED = ['eidas2', 'eidas3'] as const;

/** `amr` of a user known by the European bridge: names are free text, the birth place is no INSEE code. */
export const AMR_EIDAS = 'eidas';

/** Code system of professions: as `SubjectRole` of the samples carries it, and as the terminology TRE_G15 names it. */
export const PROFESSION_SYSTEM = '1.2.250.1.213.1.1.5.5';
export const PROFESSION_SYSTEM_ALIASES: readonly string[] = [PROFESSION_SYSTEM, '1.2.250.1.71.1.2.7'];

/** `codeCategorieProfessionnelle` (TRE_R09): C civil, M military, E student. */
export const STUDENT_CATEGORY = 'E';

/** `SubjectNameID` of a professional of the RPPS: prefix 8, then 11 digits. Test identifiers fail the Luhn check. */
export const RPPS_PREFIX = '8';

/** Sizes no honest value comes near to. */
export const MAX_TOKEN_CHARS = 8192;
export const MAX_SITUATIONS = 64;
export const MAX_TEXT_CHARS = 256;
