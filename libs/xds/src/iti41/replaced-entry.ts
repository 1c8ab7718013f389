import { ENTRY_UUID, REPLACED_ENTRY } from '../metadata/entry-uuid.js';

export type ReplacedEntryResult =
  | { ok: true; value: string }
  | { ok: false; problem: 'invalid-entry-uuid' | 'no-pending-replacement' | 'several-pending-replacements' };

/** Only markup matches it: in a text `element` escapes `>`, in an attribute `"`. */
const PENDING_TARGET = ` targetObject="${REPLACED_ENTRY}"/>`;

/** Is this metadata frozen with `replaces: REPLACED_ENTRY`, and not yet fit to be sent? */
export const awaitsReplacedEntry = (metadataXml: string): boolean => metadataXml.includes(PENDING_TARGET);

/**
 * The `metadataXml` to send for a replacement frozen with `replaces: REPLACED_ENTRY`: the same, but for the RPLC
 * association, which names the entry by the entryUUID it has now.
 *
 * KOS, signature document and archive stay as they are. The signature holds: its manifest covers the submission set's
 * uniqueId and the digests of the documents, not the metadata (IHE DSG; interop §6.5).
 */
export function withReplacedEntry(metadataXml: string, entryUuid: string): ReplacedEntryResult {
  if (!ENTRY_UUID.test(entryUuid)) return { ok: false, problem: 'invalid-entry-uuid' };
  const [before, after, ...others] = metadataXml.split(PENDING_TARGET);
  if (after === undefined) return { ok: false, problem: 'no-pending-replacement' };
  if (others.length > 0) return { ok: false, problem: 'several-pending-replacements' };
  return { ok: true, value: `${before} targetObject="${entryUuid}"/>${after}` };
}
