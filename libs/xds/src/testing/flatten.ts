import { RIM } from '../metadata/namespaces.js';
import { childNamed, childrenNamed, parseXml, type ParsedElement } from '../xml/parse.js';

/** Registry objects as lines one can compare: `<object> <what>` → values, whatever their order and their ids. */
export type Flat = Readonly<Record<string, readonly string[]>>;

const NAMES: Readonly<Record<string, string>> = {
  RegistryPackage: 'set',
  ExtrinsicObject: 'entry',
  Association: 'association',
};

const attribute = (element: ParsedElement, name: string): string => element.attributes.get(name) ?? '';

function label(element: ParsedElement, name: string): string {
  const found = childNamed(element, RIM, name);
  const localized = found && childNamed(found, RIM, 'LocalizedString');
  return localized ? attribute(localized, 'value') : '';
}

const slots = (element: ParsedElement): readonly (readonly [string, readonly string[]])[] =>
  childrenNamed(element, RIM, 'Slot').map((slot) => {
    const list = childNamed(slot, RIM, 'ValueList');
    return [attribute(slot, 'name'), (list?.children ?? []).map((value) => value.text.trim())];
  });

function flattenObject(object: ParsedElement): readonly (readonly [string, string])[] {
  const lines: (readonly [string, string])[] = slots(object).map(([name, values]) => [name, values.join(' ; ')]);
  for (const one of object.children) {
    if (one.name === 'Classification') {
      const values = slots(one)
        .map(([name, list]) => `${name}=${list.join(' ; ')}`)
        .toSorted();
      const scheme = attribute(one, 'classificationScheme') || attribute(one, 'classificationNode');
      lines.push([scheme, [attribute(one, 'nodeRepresentation'), ...values].join(' ')]);
    } else if (one.name === 'ExternalIdentifier') {
      lines.push([`${attribute(one, 'identificationScheme')} ${label(one, 'Name')}`, attribute(one, 'value')]);
    }
  }
  lines.push(['title', label(object, 'Name')], ['comments', label(object, 'Description')]);
  if (object.name === 'ExtrinsicObject')
    lines.push(['type', `${attribute(object, 'mimeType')} ${attribute(object, 'objectType')}`]);
  if (object.name === 'Association') {
    const end = (name: string): string => attribute(object, name).replace(/^urn:uuid:.*/, 'entryUUID');
    lines.push(['ends', `${end('sourceObject')} ${end('targetObject')}`]);
  }
  return lines;
}

/** @param list a rim:RegistryObjectList. */
function flatten(list: ParsedElement): Flat {
  const flat: Record<string, string[]> = {};
  for (const object of list.children) {
    const kind = NAMES[object.name];
    if (!kind) continue;
    const id = object.name === 'Association' ? attribute(object, 'associationType') : attribute(object, 'id');
    for (const [what, value] of flattenObject(object)) (flat[`${kind} ${id} ${what}`] ??= []).push(value);
  }
  return Object.fromEntries(Object.entries(flat).map(([key, values]) => [key, values.toSorted()]));
}

const find = (root: ParsedElement, name: string): ParsedElement | undefined =>
  root.name === name ? root : root.children.map((child) => find(child, name)).find(Boolean);

/** The registry objects of a message, whatever stands around them. */
export function registryObjects(xml: string): Flat {
  const parsed = parseXml(Buffer.from(xml));
  if (!parsed.ok) throw new Error(parsed.problem);
  const list = find(parsed.root, 'RegistryObjectList');
  if (!list) throw new Error('no RegistryObjectList');
  return flatten(list);
}

/** Lines of `a` that `b` does not have, and the reverse. */
export const differences = (a: Flat, b: Flat): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]))
    .toSorted();
