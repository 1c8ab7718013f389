import { ASSOCIATION, ENTRY_UUID, NS, SCHEME, STATUS, UPDATE_FAILED } from './dmp-rules.js';
import { checkIns, checkSubmissionSet } from './entry-rules.js';
import type { Deletion } from './lifecycle.js';
import { authorInstitutions, readObjects } from './registry-objects.js';
import type { Association, RegistryObject, SubmittedObjects } from './registry-objects.js';
import { bad, good, metadataError } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';
import type { Vihf } from './vihf.js';
import { onlyChild } from './xml.js';
import type { Element } from './xml.js';

export interface UpdateContext {
  readonly vihf: Vihf;
  readonly now: Date;
}

/**
 * Checks an ITI-57 request (a SubmitObjectsRequest). Of the DMP's updates only the deletion TD3.3c is open in indirect mode
 * (interop §6.1), the only mode a VIHF may have here: a set and one UpdateAvailabilityStatus from Approved to Deleted.
 */
export const checkUpdate = (
  request: Element,
  { vihf, now }: UpdateContext,
): Checked<Deletion, readonly RegistryError[]> => {
  const list = onlyChild(request, NS.rim, 'RegistryObjectList');
  if (list === undefined) return bad([metadataError('SubmitObjectsRequest needs one RegistryObjectList')]);
  const objects = readObjects(list);
  if (!objects.ok) return bad([objects.problem]);
  if (isMetadataUpdate(objects.value))
    return bad([updateError('TD3.3a/b: metadata are not updated in indirect mode, the document is replaced')]);
  const [submissionSet, ...others] = objects.value.packages;
  if (submissionSet === undefined || others.length > 0) return bad([metadataError('one submission set is required')]);

  const patientId = submissionSet.externalIds.get(SCHEME.submissionPatientId) ?? '';
  const ins = checkIns(patientId);
  if (ins) return bad([ins]);
  const [association, ...more] = objects.value.associations;
  if (association === undefined || more.length > 0)
    return bad([metadataError('one UpdateAvailabilityStatus association is required, nothing else')]);
  const errors = [
    ...checkSubmissionSet(submissionSet, now),
    ...checkAssociation(association, submissionSet),
    ...checkAuthor(submissionSet, vihf),
    ...(patientId === vihf.patientId ? [] : [PATIENT_MISMATCH]),
  ];
  if (errors.length > 0) return bad(errors);
  return good({
    submissionSetUniqueId: submissionSet.externalIds.get(SCHEME.submissionUniqueId)!,
    entryUuid: association.target,
    patientId: vihf.patientId,
    structure: vihf.structure,
  });
};

const updateError = (context: string): RegistryError => ({ code: UPDATE_FAILED, context });

const PATIENT_MISMATCH: RegistryError = {
  code: 'XDSPatientIdDoesNotMatch',
  context: 'patientId of the set and VIHF resource-id must be one',
};

/** A new version of an entry's metadata: the entry itself, and HasMember with PreviousVersion (interop §6.2). */
const isMetadataUpdate = ({ entries, associations }: SubmittedObjects): boolean =>
  entries.length > 0 || associations.some(({ slots }) => slots.has('PreviousVersion'));

const checkAssociation = (
  { type, source, target, slots }: Association,
  submissionSet: RegistryObject,
): RegistryError[] => {
  if (type !== ASSOCIATION.updatesAvailability || source !== submissionSet.id)
    return [metadataError('UpdateAvailabilityStatus from the submission set is required')];
  if (!ENTRY_UUID.test(target))
    return [metadataError('UpdateAvailabilityStatus must name the entry by its entryUUID (urn:uuid)')];
  if (slots.get('OriginalStatus')?.join() !== STATUS.approved) return [updateError('OriginalStatus must be Approved')];
  const newStatus = slots.get('NewStatus')?.join();
  if (newStatus === STATUS.archived) return [updateError('TD3.3d: nothing is archived in indirect mode')];
  return newStatus === STATUS.deleted ? [] : [updateError('NewStatus must be Deleted')];
};

/** EX_2.1-1140: the authenticated structure is an author of what it submits. */
const checkAuthor = (submissionSet: RegistryObject, { structure }: Vihf): RegistryError[] =>
  authorInstitutions(submissionSet, SCHEME.submissionAuthor).includes(structure)
    ? []
    : [metadataError('EX_2.1-1140: Identifiant_Structure is no authorInstitution of the set')];
