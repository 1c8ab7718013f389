import { NS, SCHEME } from './dmp-rules.js';
import { readSlots } from './registry-objects.js';
import type { RegisteredEntry } from './registered-entry.js';
import type { Registry } from './registry.js';
import { bad, good } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';
import type { Vihf } from './vihf.js';
import { childrenOf, is, onlyChild, serialize } from './xml.js';
import type { Element } from './xml.js';

type Parameters = ReadonlyMap<string, readonly string[]>;
type Query = (parameters: Parameters, registry: Registry) => Checked<RegisteredEntry[], RegistryError>;

const missing = (name: string): RegistryError => ({
  code: 'XDSStoredQueryMissingParam',
  context: `${name} is missing`,
});

/** FindDocuments (ITI TF-2 3.18.4.1.2.3.7.1): patientId and status, optionally codes. */
const findDocuments: Query = (parameters, registry) => {
  const [patientId] = parameters.get('$XDSDocumentEntryPatientId') ?? [];
  const statuses = parameters.get('$XDSDocumentEntryStatus');
  if (patientId === undefined) return bad(missing('$XDSDocumentEntryPatientId'));
  if (statuses === undefined) return bad(missing('$XDSDocumentEntryStatus'));
  const filters = [
    ['$XDSDocumentEntryTypeCode', SCHEME.typeCode],
    ['$XDSDocumentEntryClassCode', SCHEME.classCode],
    ['$XDSDocumentEntryFormatCode', SCHEME.formatCode],
  ] as const;
  return good(
    registry
      .all()
      .filter((entry) => entry.patientId === patientId && statuses.includes(entry.status))
      .filter((entry) =>
        filters.every(([parameter, scheme]) => {
          const wanted = parameters.get(parameter);
          return wanted === undefined || wanted.includes(codedValue(entry.object, scheme));
        }),
      ),
  );
};

/** GetDocuments (3.18.4.1.2.3.7.5): by uniqueId or by entryUUID, one of both. */
const getDocuments: Query = (parameters, registry) => {
  const uniqueIds = parameters.get('$XDSDocumentEntryUniqueId');
  const entryUUIDs = parameters.get('$XDSDocumentEntryEntryUUID');
  if ((uniqueIds === undefined) === (entryUUIDs === undefined))
    return bad(missing('$XDSDocumentEntryUniqueId or $XDSDocumentEntryEntryUUID'));
  return good(
    registry
      .all()
      .filter((entry) => uniqueIds?.includes(entry.uniqueId) ?? entryUUIDs?.includes(entry.entryUuid) ?? false),
  );
};

const QUERIES: Readonly<Record<string, Query>> = {
  'urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d': findDocuments,
  'urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4': getDocuments,
};

/** Carries out an ITI-18 request; the value is written registry objects. Only documents of the VIHF's patient are shown. */
export const runStoredQuery = (
  payload: Element,
  registry: Registry,
  vihf: Vihf,
): Checked<readonly string[], readonly RegistryError[]> => {
  const option = onlyChild(payload, NS.query, 'ResponseOption');
  const returnType = option?.attributes.returnType;
  const query = onlyChild(payload, NS.rim, 'AdhocQuery');
  const slots = query && readSlots(query);
  if (slots === undefined || (returnType !== 'ObjectRef' && returnType !== 'LeafClass'))
    return bad([{ code: 'XDSRegistryError', context: 'AdhocQuery with distinct slots and a returnType are required' }]);
  const run = QUERIES[query?.attributes.id ?? ''];
  if (run === undefined)
    return bad([{ code: 'XDSUnknownStoredQuery', context: 'this stored query is not known here' }]);

  const parameters = new Map<string, string[]>();
  for (const [name, values] of slots) {
    const read = readValues(values);
    if (read === undefined)
      return bad([{ code: 'XDSRegistryError', context: `${name.slice(0, 60)}: values must be 'x' or ('x','y')` }]);
    parameters.set(name, read);
  }
  const patientId = parameters.get('$XDSDocumentEntryPatientId')?.[0];
  if (patientId !== undefined && patientId !== vihf.patientId)
    return bad([{ code: 'XDSPatientIdDoesNotMatch', context: 'the patient asked for is not that of the VIHF' }]);
  const found = run(parameters, registry);
  if (!found.ok) return bad([found.problem]);
  return good(
    found.value
      .filter((entry) => entry.patientId === vihf.patientId)
      .map((entry) =>
        returnType === 'ObjectRef' ? `<ObjectRef id="${entry.entryUuid}"/>` : serialize(entry.object, NS.rim),
      ),
  );
};

/** Values of a slot in SQL clothes: `'x'`, `('x','y')`, a doubled quote for one (3.18.4.1.2.3.5); undefined when not so. */
const readValues = (values: readonly string[]): string[] | undefined => {
  const found: string[] = [];
  for (const value of values) {
    const list = /^\((.*)\)$/s.exec(value)?.[1] ?? value;
    if (!/^\s*'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')*\s*$/.test(list)) return undefined;
    for (const [, item] of list.matchAll(/'((?:[^']|'')*)'/g)) found.push(item!.replaceAll("''", "'"));
  }
  return found.length === 0 ? undefined : found;
};

/** `code^^codingScheme`, as queries name codes. */
const codedValue = (object: Element, scheme: string): string => {
  const classification = object.children.find(
    (child) => is(child, NS.rim, 'Classification') && child.attributes.classificationScheme === scheme,
  );
  const system =
    classification && childrenOf(classification, NS.rim, 'Slot').find((s) => s.attributes.name === 'codingScheme');
  const values = system && onlyChild(system, NS.rim, 'ValueList');
  return `${classification?.attributes.nodeRepresentation ?? ''}^^${values?.children[0]?.text.trim() ?? ''}`;
};
