import {
  isAllowed,
  type Pivot,
  type Professional,
  type ProfessionTable,
  type Situation,
  type Tokens,
} from '@drimbox/identity';
import { isSamePerson, type SignedIn, type SituationChoice } from '../session/session.js';

const MAX_WORDS = 400;

export interface ProfessionalRules {
  readonly professions: ProfessionTable;
  /** Is a professional with several situations asked which one? */
  readonly askSituation: boolean;
}

export type SignedInProfessional = SignedIn & { readonly kind: 'professional' };

/** A professional as Pro Santé Connect vouches for one; shown with RPPS, name and structure (DB.CO.53). */
export function professionalSignedIn(
  professional: Professional,
  tokens: Tokens,
  { professions, askSituation }: ProfessionalRules,
): SignedInProfessional {
  const allowed = isAllowed(professional, professions);
  const { givenName, familyName, nationalId, rpps } = professional;
  const choices = choicesOf(professional, professions);
  // The provider names a structure only when there was nothing to choose, or when it was chosen there.
  const asked = askSituation && professional.structure === undefined && choices.length > 1;
  const structure = professional.structure?.name ?? (choices.length === 1 ? choices[0]?.structure : undefined);
  const signedIn: SignedInProfessional = {
    kind: 'professional',
    allowed: allowed.ok,
    situations: asked ? choices : [],
    id: nationalId,
    ...(tokens.sid !== undefined && { session: tokens.sid }),
    tokens,
    user: { kind: 'professional', name: `${givenName} ${familyName}`.trim().slice(0, MAX_WORDS) },
  };
  return shownAs(signedIn, allowed.ok ? allowed.profession.label : '', rpps, structure);
}

/** Goes on in one of the situations. @returns undefined when there is no such choice. */
export function inSituation(who: SignedInProfessional, at: number): SignedInProfessional | undefined {
  const chosen = who.situations[at];
  if (!chosen) return undefined;
  const rpps = /RPPS (\d{11})$/.exec(who.user.role ?? '')?.[1];
  const { profession, structure, allowed } = chosen;
  return shownAs({ ...who, allowed, situations: [], situation: chosen }, profession, rpps, structure);
}

/** Asked once in a session: whoever signs in again goes on in the situation that was chosen, while it is still one of theirs. */
export function inFormerSituation(who: SignedIn, former: SignedIn | undefined): SignedIn {
  if (who.kind !== 'professional' || former?.kind !== 'professional' || !isSamePerson(former, who)) return who;
  const chosen = JSON.stringify(former.situation);
  const at = who.situations.findIndex((choice) => JSON.stringify(choice) === chosen);
  return inSituation(who, at) ?? who;
}

/** Each situation once, as it would be shown. */
function choicesOf(professional: Professional, table: ProfessionTable): readonly SituationChoice[] {
  const choices = professional.situations.map((situation): SituationChoice => {
    const structure = situation.structure.name ?? situation.structure.id;
    return {
      profession: wordsOf(situation, table),
      ...(structure !== undefined && { structure }),
      allowed: isAllowed({ ...professional, roles: [], situations: [situation] }, table).ok,
    };
  });
  const seen = new Set<string>();
  return choices.filter((choice) => {
    const key = JSON.stringify(choice);
    return !seen.has(key) && seen.add(key);
  });
}

const wordsOf = ({ profession }: Situation, { allowed }: ProfessionTable): string =>
  allowed.find(({ code }) => code === profession.code)?.label ?? profession.code;

function shownAs(
  who: SignedInProfessional,
  profession: string,
  rpps: string | undefined,
  structure: string | undefined,
): SignedInProfessional {
  const role = [profession, rpps === undefined ? '' : `RPPS ${rpps}`].filter(Boolean).join(', ');
  const { kind, name } = who.user;
  return {
    ...who,
    user: {
      kind,
      name,
      ...(role !== '' && { role: role.slice(0, MAX_WORDS) }),
      ...(structure !== undefined && { structure: structure.slice(0, MAX_WORDS) }),
    },
  };
}

/** A patient as FranceConnect+ vouches for one. */
export const patientSignedIn = (pivot: Pivot, tokens: Tokens): SignedIn => ({
  kind: 'patient',
  pivot,
  id: pivot.subject,
  ...(tokens.sid !== undefined && { session: tokens.sid }),
  tokens,
  user: {
    kind: 'patient',
    name: `${pivot.givenNames.split(' ')[0] ?? ''} ${pivot.familyName}`.trim().slice(0, MAX_WORDS),
  },
});
