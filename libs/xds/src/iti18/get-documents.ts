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
  /** `Approved`, `Deprecated`, `Deleted`…: last part of the status URN. */
  readonly availabilityStatus?: string;
}

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

function readEntry(object: ParsedElement): RegistryEntry {
  const slot = (name: string): string | undefined => {
    const found = childrenNamed(object, RIM, 'Slot').find((one) => one.attributes.get('name') === name);
    const values = found && childNamed(found, RIM, 'ValueList');
    return values && childNamed(values, RIM, 'Value')?.text.trim();
  };
  const uniqueId = childrenNamed(object, RIM, 'ExternalIdentifier').find(
    (one) => one.attributes.get('identificationScheme') === UUIDS.uniqueId,
  );
  const size = slot('size');
  return {
    entryUuid: object.attributes.get('id') ?? '',
    uniqueId: uniqueId?.attributes.get('value'),
    hash: slot('hash')?.toLowerCase(),
    size: size !== undefined && /^\d{1,15}$/.test(size) ? Number(size) : undefined,
    availabilityStatus: object.attributes.get('status')?.replace(/^.*:/, ''),
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
