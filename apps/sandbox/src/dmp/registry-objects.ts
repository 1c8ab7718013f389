import { NS } from './dmp-rules.js';
import { bad, good, metadataError } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';
import { childrenOf, is, onlyChild } from './xml.js';
import type { Element } from './xml.js';

export interface Classification {
  readonly scheme: string;
  readonly code: string;
  readonly slots: ReadonlyMap<string, readonly string[]>;
  readonly name: string;
}

/** A RegistryPackage or an ExtrinsicObject (ebRIM 3.0), by names instead of nesting. */
export interface RegistryObject {
  readonly id: string;
  readonly element: Element;
  readonly slots: ReadonlyMap<string, readonly string[]>;
  readonly title: string;
  readonly classifications: readonly Classification[];
  /** classificationNode values: what kind of package this is. */
  readonly nodes: readonly string[];
  readonly externalIds: ReadonlyMap<string, string>;
}

export interface Association {
  readonly type: string;
  readonly source: string;
  readonly target: string;
  readonly slots: ReadonlyMap<string, readonly string[]>;
}

export interface SubmittedObjects {
  readonly packages: readonly RegistryObject[];
  readonly entries: readonly RegistryObject[];
  readonly associations: readonly Association[];
}

/** Reads a RegistryObjectList; a slot or identifier given twice, or a part tied to another object, is refused. */
export const readObjects = (list: Element): Checked<SubmittedObjects, RegistryError> => {
  const packages: RegistryObject[] = [];
  const entries: RegistryObject[] = [];
  for (const element of list.children) {
    const isPackage = is(element, NS.rim, 'RegistryPackage');
    if (!isPackage && !is(element, NS.rim, 'ExtrinsicObject')) continue;
    const object = readObject(element, list);
    if (!object.ok) return object;
    (isPackage ? packages : entries).push(object.value);
  }
  const ids = [...packages, ...entries].map(({ id }) => id);
  if (ids.includes('') || new Set(ids).size !== ids.length)
    return bad(metadataError('objects must have distinct id attributes'));
  const associations = childrenOf(list, NS.rim, 'Association').map((element) => ({
    type: element.attributes.associationType ?? '',
    source: element.attributes.sourceObject ?? '',
    target: element.attributes.targetObject ?? '',
    slots: readSlots(element) ?? new Map<string, string[]>(),
  }));
  return good({ packages, entries, associations });
};

const readObject = (element: Element, list: Element): Checked<RegistryObject, RegistryError> => {
  const id = element.attributes.id ?? '';
  const slots = readSlots(element);
  if (slots === undefined) return bad(metadataError(`${id}: a slot is given twice`));
  // A classification stands inside its object or beside it, naming it (ebRIM 3.0 §4.3).
  const own = childrenOf(element, NS.rim, 'Classification');
  const beside = childrenOf(list, NS.rim, 'Classification').filter((item) => item.attributes.classifiedObject === id);
  if (own.some((item) => item.attributes.classifiedObject !== id))
    return bad(metadataError(`${id}: classifiedObject of a classification is another object`));
  const externalIds = new Map<string, string>();
  for (const { attributes } of childrenOf(element, NS.rim, 'ExternalIdentifier')) {
    const scheme = attributes.identificationScheme ?? '';
    if (attributes.registryObject !== id || externalIds.has(scheme))
      return bad(metadataError(`${id}: an external identifier is of another object or given twice`));
    externalIds.set(scheme, attributes.value ?? '');
  }
  const all = [...own, ...beside];
  return good({
    id,
    element,
    slots,
    title: localized(element),
    classifications: all
      .filter(({ attributes }) => attributes.classificationScheme !== undefined)
      .map((item) => ({
        scheme: item.attributes.classificationScheme!,
        code: item.attributes.nodeRepresentation ?? '',
        slots: readSlots(item) ?? new Map<string, string[]>(),
        name: localized(item),
      })),
    nodes: all.flatMap(({ attributes }) => attributes.classificationNode ?? []),
    externalIds,
  });
};

/** Slots by name; undefined when one is given twice. Used for queries too. */
export const readSlots = (element: Element): Map<string, string[]> | undefined => {
  const slots = new Map<string, string[]>();
  for (const slot of childrenOf(element, NS.rim, 'Slot')) {
    const name = slot.attributes.name ?? '';
    if (slots.has(name)) return undefined;
    const list = onlyChild(slot, NS.rim, 'ValueList');
    slots.set(name, list ? childrenOf(list, NS.rim, 'Value').map(({ text }) => text.trim()) : []);
  }
  return slots;
};

const localized = (element: Element): string => {
  const name = onlyChild(element, NS.rim, 'Name');
  return (name && childrenOf(name, NS.rim, 'LocalizedString')[0]?.attributes.value) ?? '';
};

/** The codes of one classification scheme, in document order. */
export const codesOf = (object: RegistryObject, scheme: string): Classification[] =>
  object.classifications.filter((classification) => classification.scheme === scheme);

export const codingSchemeOf = (classification: Classification): string =>
  classification.slots.get('codingScheme')?.[0] ?? '';

/** Struct_IdNat of each authorInstitution under an author scheme: XON component 10. */
export const authorInstitutions = (object: RegistryObject, scheme: string): string[] =>
  codesOf(object, scheme)
    .flatMap(({ slots }) => slots.get('authorInstitution') ?? [])
    .map((xon) => xon.split('^')[9] ?? '');

/** The StudyInstanceUID of each reference of that kind in a referenceIdList (CXi, with or without its authority). */
export const studyUidsOf = (referenceIds: readonly string[]): string[] =>
  referenceIds.flatMap(
    (value) => /^([0-9.]+)\^\^\^(?:&[0-9.]+&ISO)?\^urn:ihe:iti:xds:2016:studyInstanceUID$/.exec(value)?.[1] ?? [],
  );
