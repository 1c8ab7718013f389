import { checkInput, checkLengths } from '../metadata/check-input.js';
import type { MetadataProblem, SubmissionInput } from '../metadata/input.js';
import { kosDocumentEntry } from '../metadata/kos-document-entry.js';
import { submitObjectsRequest } from '../metadata/registry-xml.js';
import { signatureEntry } from '../metadata/signature-entry.js';
import { submissionAssociations, submissionSet } from '../metadata/submission-set.js';
import { submissionSignature } from '../signature/submission-signature.js';
import { DEFAULT_XDS_SETTINGS, type XdsSettings } from '../xds-settings.js';
import type { Signer } from '../xml-signature/signer.js';

/**
 * One submission, frozen: archive it before the first send, send these bytes at each retry (but for the target of a
 * replacement: see `withReplacedEntry`).
 * `metadataXml` (lcm:SubmitObjectsRequest) and `signatureXml` hold patient data.
 */
export interface FrozenSubmission {
  readonly kos: Uint8Array;
  readonly metadataXml: string;
  readonly signatureXml: string;
  readonly submissionSetUniqueId: string;
  readonly kosUniqueId: string;
  readonly signatureUniqueId: string;
  /** SHA-1 of the KOS, lower-case hexadecimal, whatever the case of the metadata: to compare with the registry's. */
  readonly kosHash: string;
  /** Bytes. */
  readonly kosSize: number;
}

export type BuildResult = { ok: true; value: FrozenSubmission } | { ok: false; problems: readonly MetadataProblem[] };

/**
 * Metadata, signature and identifiers of one KOS's publication (ITI-41), or every metadata the DMP would refuse.
 * The same input and signer give the same bytes.
 */
export function buildSubmission(
  input: SubmissionInput,
  signer: Signer,
  settings: XdsSettings = DEFAULT_XDS_SETTINGS,
): BuildResult {
  const problems = checkInput(input, settings);
  if (problems.length > 0) return { ok: false, problems };

  const kos = kosDocumentEntry(input, settings);
  const signatureXml = submissionSignature(
    {
      uniqueId: input.signatureUniqueId,
      submissionSetUniqueId: input.submissionSetUniqueId,
      documents: [{ uniqueId: kos.uniqueId, bytes: input.kos.bytes }],
      signedAt: input.now,
    },
    signer,
    settings,
  );
  const signed = { bytes: Buffer.from(signatureXml, 'utf8'), uniqueId: input.signatureUniqueId, signedAt: input.now };
  const signature = signatureEntry(kos, signed, settings);
  const metadata = {
    submissionSet: submissionSet(input, settings),
    documents: [kos, signature],
    associations: submissionAssociations(kos, signature, input.replaces),
  };
  const tooLong = checkLengths(metadata);
  if (tooLong.length > 0) return { ok: false, problems: tooLong };
  return {
    ok: true,
    value: Object.freeze({
      kos: input.kos.bytes,
      metadataXml: submitObjectsRequest(metadata),
      signatureXml,
      submissionSetUniqueId: input.submissionSetUniqueId,
      kosUniqueId: kos.uniqueId,
      signatureUniqueId: signature.uniqueId,
      kosHash: kos.hash.toLowerCase(),
      kosSize: kos.size,
    }),
  };
}
