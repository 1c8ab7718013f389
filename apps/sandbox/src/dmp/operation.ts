import { ACTION, ASSOCIATION, ENTRY_UUID, LIMITS, NS, SCHEME, STATUS } from './dmp-rules.js';
import type { Registry } from './registry.js';
import { descendants, is } from './xml.js';
import type { Element } from './xml.js';

/** What a request asks for. `update`: an ITI-57 that deletes nothing. */
export const OPERATIONS = ['publish', 'replace', 'delete', 'update', 'query'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Tells the operation from the names in a request, before anything of it is parsed: faults on demand choose by it. */
export const operationIn = (body: Buffer): Operation | undefined => {
  if (body.includes(ACTION.storedQuery)) return 'query';
  if (body.includes(ACTION.updateDocumentSet)) return body.includes(STATUS.deleted) ? 'delete' : 'update';
  if (!body.includes(ACTION.provideAndRegister)) return undefined;
  return body.includes(ASSOCIATION.replaces) ? 'replace' : 'publish';
};

export interface Concerned {
  readonly uniqueIds: readonly string[];
  readonly entryUuids: readonly string[];
}

const NAMED_ENTRIES: readonly string[] = [ASSOCIATION.replaces, ASSOCIATION.updatesAvailability];
const UNIQUE_ID = /^[0-9.]{1,64}$/;

/**
 * Identifiers that a request names, whatever its faults, for the ledger: those of submitted documents, of replaced or deleted
 * entries, of a query. Of a deletion also the uniqueId, when the registry knows the entry. At most LIMITS.identifiersShown each.
 */
export const concernedBy = (payload: Element, registry: Registry): Concerned => {
  const uniqueIds: string[] = [];
  const entryUuids: string[] = [];
  for (const element of descendants(payload)) {
    const { attributes } = element;
    if (is(element, NS.rim, 'ExternalIdentifier') && attributes.identificationScheme === SCHEME.uniqueId)
      uniqueIds.push(attributes.value ?? '');
    if (is(element, NS.rim, 'Association') && NAMED_ENTRIES.includes(attributes.associationType ?? ''))
      entryUuids.push(attributes.targetObject ?? '');
    if (is(element, NS.rim, 'Association') && attributes.associationType === ASSOCIATION.updatesAvailability)
      uniqueIds.push(registry.byEntryUuid(attributes.targetObject ?? '')?.uniqueId ?? '');
    if (attributes.name === '$XDSDocumentEntryUniqueId') uniqueIds.push(...quoted(element));
    if (attributes.name === '$XDSDocumentEntryEntryUUID') entryUuids.push(...quoted(element));
  }
  // A stranger may write anything there: only what has the form of an identifier is shown.
  return {
    uniqueIds: uniqueIds.filter((id) => UNIQUE_ID.test(id)).slice(0, LIMITS.identifiersShown),
    entryUuids: entryUuids.filter((id) => ENTRY_UUID.test(id)).slice(0, LIMITS.identifiersShown),
  };
};

/** The quoted values of a query's slot. */
const quoted = (slot: Element): string[] =>
  [...descendants(slot)].flatMap(({ text }) => [...text.matchAll(/'([^']*)'/g)].map((match) => match[1]!));
