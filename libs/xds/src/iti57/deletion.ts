import { checkDeletion, checkLengths } from '../metadata/check-input.js';
import type { DeletionInput, MetadataProblem } from '../metadata/input.js';
import { submitObjectsRequest } from '../metadata/registry-xml.js';
import { SUBMISSION_SET_ID, submissionSet } from '../metadata/submission-set.js';
import type { SubmissionMetadata } from '../metadata/types.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';

/** One deletion. `metadataXml` (lcm:SubmitObjectsRequest) holds patient data. */
export interface Deletion {
  readonly metadataXml: string;
  readonly submissionSetUniqueId: string;
  readonly entryUuid: string;
}

export type DeletionResult = { ok: true; value: Deletion } | { ok: false; problems: readonly MetadataProblem[] };

/**
 * The logical deletion of one entry (TD3.3c; ITI-57 UpdateAvailabilityStatus, XDS Metadata Update §3.57.4.1.3.3), or
 * every metadata the DMP would refuse. The same input gives the same bytes.
 */
export function buildDeletion(input: DeletionInput, settings: XdsSettings = DEFAULT_XDS_SETTINGS): DeletionResult {
  const problems = checkDeletion(input, settings);
  if (problems.length > 0) return { ok: false, problems };
  const metadata: SubmissionMetadata = {
    submissionSet: submissionSet(input, settings),
    documents: [],
    associations: [
      {
        type: 'UpdateAvailabilityStatus',
        source: SUBMISSION_SET_ID,
        target: input.entryUuid,
        originalStatus: input.originalStatus ?? 'Approved',
        newStatus: 'Deleted',
      },
    ],
  };
  const tooLong = checkLengths(metadata);
  if (tooLong.length > 0) return { ok: false, problems: tooLong };
  return {
    ok: true,
    value: Object.freeze({
      metadataXml: submitObjectsRequest(metadata),
      submissionSetUniqueId: input.submissionSetUniqueId,
      entryUuid: input.entryUuid,
    }),
  };
}
