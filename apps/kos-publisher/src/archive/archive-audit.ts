import { type Act, OUTCOME } from '@drimbox/audit';
import type { ArchivePart, ArchiveSearch } from '@drimbox/contracts';
import { operatorOf } from '../operator/participants.js';
import type { ArchivedBytes } from './archive.repository.js';

/** The record of a search: the only place that keeps the identifiers it was made by. */
export function searchAct(search: ArchiveSearch, operator: string, found: number): Act {
  const { site, ins, study, kos, report, document, ipp, accession, state, from, to } = search;
  return {
    kind: 'archiveSearched',
    outcome: OUTCOME.success,
    ...(site !== undefined && { site }),
    participants: operatorOf(operator),
    objects: [
      // A search names a matricule, not the authority that gave it.
      ...(ins === undefined ? [] : [{ kind: 'patient' as const, matricule: ins, oid: '' }]),
      ...(study === undefined ? [] : [{ kind: 'study' as const, uid: study }]),
      ...(kos === undefined ? [] : [{ kind: 'document' as const, uniqueId: kos }]),
      ...[report, document].filter((id) => id !== undefined).map((id) => ({ kind: 'report' as const, id })),
    ],
    detail: {
      found,
      ...(ipp !== undefined && { ipp }),
      ...(accession !== undefined && { accession }),
      ...(state !== undefined && { state }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    },
  };
}

/** The record of a read, kept before its first byte leaves. */
export const readAct = ({ site, study, kos, patient }: ArchivedBytes, part: ArchivePart, operator: string): Act => ({
  kind: 'archiveRead',
  outcome: OUTCOME.success,
  site,
  participants: operatorOf(operator),
  objects: [
    { kind: 'patient', matricule: patient.ins, oid: patient.oid },
    { kind: 'study', uid: study },
    { kind: 'document', uniqueId: kos },
  ],
  detail: { part },
});
