import { MAX_SITUATIONS, PROFESSION_SYSTEM, RPPS_PREFIX } from '../identity-constants.js';
import { isObject, textOf } from '../json.js';
import type { JsonObject } from '../json.js';
import type { Coded, Professional, Situation, Structure } from './professional.js';

export type ReadProfessional =
  | { readonly ok: true; readonly professional: Professional }
  /** `missing` is the claim without which nobody is identified. */
  | { readonly ok: false; readonly missing: 'sub' | 'SubjectNameID' | 'family_name' };

/**
 * Reads the claims of Pro Santé Connect. Tolerant: anything but the identity may be absent, empty or of an odd shape, and is
 * then left out. Strict: what is kept is a text of a sane length, and a code only counts with its system.
 */
export const readProfessional = (claims: JsonObject): ReadProfessional => {
  const subject = textOf(claims['sub']);
  if (subject === undefined) return { ok: false, missing: 'sub' };
  const nationalId = textOf(claims['SubjectNameID']);
  if (nationalId === undefined) return { ok: false, missing: 'SubjectNameID' };
  const familyName = textOf(claims['family_name']);
  if (familyName === undefined) return { ok: false, missing: 'family_name' };
  const rpps = rppsOf(nationalId);
  const sector = codedOf(claims['Secteur_Activite']);
  const structure = structureOf(claims['SubjectOrganizationID'], claims['SubjectOrganization']);
  return {
    ok: true,
    professional: {
      subject,
      nationalId,
      ...(rpps && { rpps }),
      givenName: textOf(claims['given_name']) ?? '',
      familyName,
      roles: listOf(claims['SubjectRole']).flatMap((role) => codedOf(role) ?? []),
      situations: situationsOf(claims['SubjectRefPro']),
      ...(structure && { structure }),
      ...(sector && { sector }),
    },
  };
};

/** `8` then 11 digits. The Luhn digit is not checked: identifiers of test professionals fail it. */
export const rppsOf = (nationalId: string): string | undefined =>
  new RegExp(`^${RPPS_PREFIX}(\\d{11})$`).exec(nationalId)?.[1];

/** `code^system`; a code without a system stays without. */
export const codedOf = (value: unknown): Coded | undefined => {
  const text = textOf(value);
  const match = text === undefined ? null : /^([A-Za-z0-9_.-]{1,32})(?:\^([0-9.]{1,64}))?$/.exec(text);
  return match ? { code: match[1]!, ...(match[2] ? { system: match[2] } : {}) } : undefined;
};

const situationsOf = (value: unknown): Situation[] => {
  const exercises = isObject(value) ? listOf(value['exercices']).filter(isObject) : [];
  return exercises
    .flatMap((exercise) => {
      const activities = listOf(exercise['activities']).filter(isObject);
      return (activities.length === 0 ? [{}] : activities).flatMap((activity) => situationOf(exercise, activity) ?? []);
    })
    .slice(0, MAX_SITUATIONS);
};

const situationOf = (exercise: JsonObject, activity: JsonObject): Situation | undefined => {
  const profession = codedOf(exercise['codeProfession']);
  if (profession === undefined) return undefined;
  const expertise = textOf(exercise['codeSavoirFaire']);
  const expertiseType = textOf(exercise['codeTypeSavoirFaire']);
  const id = ['identifiantTechniqueDeLaStructure', 'numeroFinessSite', 'numeroSiretSite']
    .map((name) => textOf(activity[name]))
    .find((found) => found !== undefined);
  const optional = {
    category: textOf(exercise['codeCategorieProfessionnelle']),
    mode: textOf(activity['codeModeExercice']),
    sector: textOf(activity['codeSecteurDactivite']),
    role: textOf(activity['codeRole']),
  };
  return {
    // The reference gives the bare code: its system is the one SubjectRole gives the same code.
    profession: { code: profession.code, system: profession.system ?? PROFESSION_SYSTEM },
    ...Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== undefined)),
    ...(expertise && { expertise: { code: expertise, ...(expertiseType && { type: expertiseType }) } }),
    structure:
      structureOf(id, textOf(activity['raisonSocialeSite']) ?? textOf(activity['enseigneCommercialeSite'])) ?? {},
  };
};

const structureOf = (id: unknown, name: unknown): Structure | undefined => {
  const known = { id: textOf(id), name: textOf(name) };
  if (known.id === undefined && known.name === undefined) return undefined;
  return { ...(known.id && { id: known.id }), ...(known.name && { name: known.name }) };
};

const listOf = (value: unknown): readonly unknown[] =>
  (Array.isArray(value) ? (value as unknown[]) : []).slice(0, MAX_SITUATIONS);
