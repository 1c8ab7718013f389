import {
  type Failure,
  failure,
  findStructure,
  type Report,
  type SiteRegistry,
  type Structure,
} from '@drimbox/contracts';

/** Which organisation of the report speaks first (FAQ-5; setting, docs/unknowns.md). */
export type StructurePreference = 'legal-authenticator' | 'sender';

export interface ChosenStructure {
  readonly structure: Structure;
  /** CDA and PRT name different organisations: allowed, traced (FAQ-5). */
  readonly differs: boolean;
}

/**
 * One structure per submission: it gives the VIHF, an authorInstitution and, through the registry, the certificates.
 * An organisation that the registry does not know has no certificate: the exam waits for the operator (DRIM-404).
 */
export function chooseStructure(
  report: Report,
  registry: SiteRegistry,
  preference: StructurePreference,
): { ok: true; chosen: ChosenStructure } | { ok: false; failure: Failure } {
  const legal = report.legalAuthenticator?.organization?.id;
  const sender = report.sender?.organization?.id;
  const id = preference === 'legal-authenticator' ? (legal ?? sender) : (sender ?? legal);
  if (!id) return { ok: false, failure: failure('DRIM-408') };
  const structure = findStructure(registry, report.site, id);
  if (!structure) return { ok: false, failure: failure('DRIM-404', `structure ${id}`) };
  return { ok: true, chosen: { structure, differs: legal !== undefined && sender !== undefined && legal !== sender } };
}
