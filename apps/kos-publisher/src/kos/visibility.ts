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
const SHOWN = ['masquePs', 'invisiblePatient', 'invisibleRepresentants'] as const;

/** What brings a pointer from one visibility to another: a change that hides anything from anybody is a hide. */
export function visibilityChange(from: Visibility, to: Visibility): 'report.hide' | 'report.show' | undefined {
  const changed = SHOWN.filter((code) => from[code] !== to[code]);
  if (changed.length === 0) return undefined;
  return changed.some((code) => to[code]) ? 'report.hide' : 'report.show';
}
