import { readStatusUrn, type AvailabilityStatus } from '../metadata/availability-status.js';
import { QUERY, RIM, UUIDS } from '../metadata/namespaces.js';
import { childNamed, childrenNamed, type ParsedElement } from '../xml/parse.js';
import { element, type Xml } from '../xml/write.js';

/** GetDocuments (ITI TF-2 §3.18.4.1.2.3.7.5). */
const GET_DOCUMENTS = 'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4';
const MAX_ENTRIES = 1000;

export type ReturnType = 'ObjectRef' | 'LeafClass';

/** An entry as the registry holds it; an ObjectRef only has its entryUUID. */
export interface RegistryEntry {
  readonly entryUuid: string;
  readonly uniqueId?: string;
  /** SHA-1 in lower-case hexadecimal. */
  readonly hash?: string;
  /** Bytes. */
  readonly size?: number;
  /** `Deleted` is the DMP's own; `other` is a status we do not know. */
  readonly availabilityStatus?: AvailabilityStatus | 'other';
  /** Stable over the versions of the metadata, whose entryUUIDs differ (lid; XDS Metadata Update). */
  readonly logicalId?: string;
  /** Version of the metadata, from 1. */
  readonly version?: number;
}

/**
 * The entry to replace or to delete: the Approved one of the versions a registry holds under one uniqueId, the latest
 * should it have left several so. undefined when none is: replaced (`Deprecated`), `Deleted`, `Archived`, or known by its
 * entryUUID only (returnType ObjectRef) — its `availabilityStatus` tells which.
 */
export const currentEntry = (entries: readonly RegistryEntry[]): RegistryEntry | undefined =>
  entries
    .filter(({ availabilityStatus }) => availabilityStatus === 'Approved')
    .toSorted((a, b) => (b.version ?? 1) - (a.version ?? 1))[0];

/** AdhocQueryRequest for one document by its uniqueId. */
export const getDocumentsRequest = (uniqueId: string, returnType: ReturnType): Xml =>
  element(
    'query:AdhocQueryRequest',
    { 'xmlns:query': QUERY, xmlns: RIM },
    element('query:ResponseOption', { returnComposedObjects: 'true', returnType }),
    element(
      'AdhocQuery',
      { id: GET_DOCUMENTS },
      element(
        'Slot',
        { name: '$XDSDocumentEntryUniqueId' },
        // A quote inside a query's string is doubled (ITI TF-2 §3.18.4.1.2.3.5).
        element('ValueList', {}, element('Value', {}, `('${uniqueId.replaceAll("'", "''")}')`)),
      ),
    ),
  );

const integer = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;

function readEntry(object: ParsedElement): RegistryEntry {
  const slot = (name: string): string | undefined => {
    const found = childrenNamed(object, RIM, 'Slot').find((one) => one.attributes.get('name') === name);
    const values = found && childNamed(found, RIM, 'ValueList');
    return values && childNamed(values, RIM, 'Value')?.text.trim();
  };
  const uniqueId = childrenNamed(object, RIM, 'ExternalIdentifier').find(
    (one) => one.attributes.get('identificationScheme') === UUIDS.uniqueId,
  );
  const size = integer(slot('size'));
  const status = object.attributes.get('status');
  const version = childNamed(object, RIM, 'VersionInfo')?.attributes.get('versionName');
  return {
    entryUuid: object.attributes.get('id') ?? '',
    uniqueId: uniqueId?.attributes.get('value'),
    hash: slot('hash')?.toLowerCase(),
    size,
    availabilityStatus: status === undefined ? undefined : readStatusUrn(status),
    logicalId: object.attributes.get('lid'),
    version: integer(version),
  };
}

/** Entries of a query:AdhocQueryResponse; undefined when it is none or holds more than 1000. */
export function readEntries(response: ParsedElement): readonly RegistryEntry[] | undefined {
  if (response.namespace !== QUERY || response.name !== 'AdhocQueryResponse') return undefined;
  const list = childNamed(response, RIM, 'RegistryObjectList');
  if (!list) return [];
  const objects = [...childrenNamed(list, RIM, 'ExtrinsicObject'), ...childrenNamed(list, RIM, 'ObjectRef')];
  return objects.length > MAX_ENTRIES ? undefined : objects.map(readEntry);
}
