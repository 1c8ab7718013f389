import { isAllowed, type Pivot, type Professional, type Tokens } from '@drimbox/identity';
import type { SignedIn } from '../session/session.js';

const MAX_WORDS = 400;

/** A professional as Pro Santé Connect vouches for one; shown with RPPS, name and structure (DB.CO.53). */
export function professionalSignedIn(professional: Professional, tokens: Tokens): SignedIn {
  const allowed = isAllowed(professional);
  const { givenName, familyName, nationalId, rpps } = professional;
  const structure =
    professional.structure?.name ??
    (professional.situations.length === 1 ? professional.situations[0]?.structure.name : undefined);
  const role = [allowed.ok ? allowed.profession.label : '', rpps === undefined ? '' : `RPPS ${rpps}`]
    .filter(Boolean)
    .join(', ');
  return {
    kind: 'professional',
    allowed: allowed.ok,
    id: nationalId,
    ...(tokens.sid !== undefined && { session: tokens.sid }),
    tokens,
    user: {
      kind: 'professional',
      name: `${givenName} ${familyName}`.trim().slice(0, MAX_WORDS),
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
