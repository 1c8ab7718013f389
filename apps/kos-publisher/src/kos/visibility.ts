import type { Visibility } from '@drimbox/contracts';

/** Visibility of an exam that several live reports cover (setting `visibilityOfSet`, docs/unknowns.md). */
export type VisibilityRule = 'most-restrictive' | 'latest';

const OPEN: Visibility = {
  masquePs: false,
  invisiblePatient: false,
  invisibleRepresentants: false,
  connexionSecrete: false,
  modifConfCode: false,
};

/** @param set visibilities of the live reports, oldest first. */
export function visibilityOfSet(set: readonly Visibility[], rule: VisibilityRule): Visibility {
  if (rule === 'latest') return set.at(-1) ?? OPEN;
  return set.reduce<Visibility>(
    (union, one) => ({
      masquePs: union.masquePs || one.masquePs,
      invisiblePatient: union.invisiblePatient || one.invisiblePatient,
      invisibleRepresentants: union.invisibleRepresentants || one.invisibleRepresentants,
      connexionSecrete: union.connexionSecrete || one.connexionSecrete,
      modifConfCode: union.modifConfCode || one.modifConfCode,
    }),
    OPEN,
  );
}

/** Only what the DMP shows counts: the three confidentiality codes. */
export const sameVisibility = (a: Visibility, b: Visibility): boolean =>
  a.masquePs === b.masquePs &&
  a.invisiblePatient === b.invisiblePatient &&
  a.invisibleRepresentants === b.invisibleRepresentants;
