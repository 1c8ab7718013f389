import { NS, SCHEME } from '../dmp/dmp-rules.js';
import { codesOf, readObjects, type RegistryObject } from '../dmp/registry-objects.js';
import { onlyChild, parseXml } from '../dmp/xml.js';

/** What a document entry says, apart from the ids its objects have in a request or in the DMP. */
export interface EntrySays {
  readonly title: string;
  readonly slots: Readonly<Record<string, readonly string[]>>;
  readonly codes: Readonly<Record<string, readonly object[]>>;
  readonly identifiers: readonly (string | undefined)[];
}

/**
 * Document entries of a SubmitObjectsRequest, or the one that the DMP's desk shows, by the sandbox's own reader.
 * @throws when it cannot be read.
 */
export function entriesIn(xml: Buffer): EntrySays[] {
  const parsed = parseXml(xml);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { root } = parsed;
  const list = onlyChild(root, NS.rim, 'RegistryObjectList') ?? { ...root, children: [root] };
  const objects = readObjects(list);
  if (!objects.ok) throw new Error('unreadable metadata');
  return objects.value.entries.map((object) => says(object));
}

const says = (object: RegistryObject): EntrySays => ({
  title: object.title,
  slots: Object.fromEntries(object.slots),
  codes: Object.fromEntries(
    Object.entries(SCHEME).map(([name, scheme]) => [
      name,
      codesOf(object, scheme).map(({ code, name: label, slots }) => ({
        code,
        label,
        slots: Object.fromEntries(slots),
      })),
    ]),
  ),
  identifiers: [object.externalIds.get(SCHEME.patientId), object.externalIds.get(SCHEME.uniqueId)],
});
