import { REPLACE_FAILED, STATUS, UPDATE_FAILED } from './dmp-rules.js';
import type { RegisteredEntry, Replacement } from './registered-entry.js';
import { studyUidsOf } from './registry-objects.js';
import type { RegistryError } from './verdict.js';

/** An ITI-57 that deletes (TD3.3c). */
export interface Deletion {
  readonly submissionSetUniqueId: string;
  /** Target of the association. */
  readonly entryUuid: string;
  /** resource-id of the VIHF. */
  readonly patientId: string;
  /** Identifiant_Structure of the VIHF. */
  readonly structure: string;
}

/**
 * Structures whose documents `structure` may replace: its own, those of its legal entity, and those of the geographic
 * structures it is the legal entity of (FAQ-7). Two geographic structures of one legal entity stay strangers.
 */
export const ownersFor = (structure: string, ejOf: Readonly<Record<string, string>>): string[] => [
  structure,
  ...Object.entries(ejOf).flatMap(([eg, ej]) => (eg === structure ? [ej] : ej === structure ? [eg] : [])),
];

/** Why `entry` may not take the place of `former`: RPLC wants a current entry of the same patient, study and type. */
export const checkReplacement = (
  former: RegisteredEntry | undefined,
  entry: RegisteredEntry,
  { entryUuid, owners }: Replacement,
): RegistryError[] => {
  const unusable = checkTarget(former, entryUuid, entry.patientId, REPLACE_FAILED);
  if (former === undefined || unusable.length > 0) return unusable;
  const [study] = studyUidsOf(entry.referenceIds);
  const checks: readonly (readonly [boolean, string])[] = [
    [former.typeCode === entry.typeCode, 'the replaced entry has another typeCode'],
    [study !== undefined && studyUidsOf(former.referenceIds).includes(study), 'the replaced entry is of another study'],
    [former.authorInstitution.some((author) => owners.includes(author)), 'the replaced entry is of another structure'],
  ];
  return checks.filter(([fine]) => !fine).map(([, context]) => ({ code: REPLACE_FAILED, context }));
};

/**
 * Why an entry may not be deleted: only its author structure may (interop §6.1). It concerns the named entry alone: the
 * association of TD3.3c has one target, and the signature of the set it came with still proves what was submitted, so that
 * entry stays as it is until it is deleted by its own entryUUID.
 */
export const checkDeletion = (
  entry: RegisteredEntry | undefined,
  { entryUuid, patientId, structure }: Deletion,
): RegistryError[] => {
  const unusable = checkTarget(entry, entryUuid, patientId, UPDATE_FAILED);
  if (entry === undefined || unusable.length > 0 || entry.authorInstitution.includes(structure)) return unusable;
  return [{ code: UPDATE_FAILED, context: 'only the author structure may delete an entry' }];
};

/** The named entry is known, of that patient, named by its current entryUUID and Approved. */
const checkTarget = (
  entry: RegisteredEntry | undefined,
  entryUuid: string,
  patientId: string,
  code: string,
): RegistryError[] => {
  if (entry === undefined) return [{ code, context: 'no entry has this entryUUID' }];
  if (entry.patientId !== patientId)
    return [{ code: 'XDSPatientIdDoesNotMatch', context: 'the entry is of another patient' }];
  if (entry.status !== STATUS.approved)
    return [{ code, context: `the entry is no longer Approved: ${entry.status.split(':').at(-1)}` }];
  if (entry.entryUuid !== entryUuid) return [{ code, context: 'stale entryUUID: the metadata were updated since' }];
  return [];
};
