const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in an element or a quoted attribute. */
export const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** An empty element; attributes of value undefined are left out. */
export function empty(name: string, attributes: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escape(value)}"`],
  );
  return `<${name}${written.join('')}/>`;
}

/** An element with content; pieces that are false or undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  ...content: (string | false | undefined)[]
): string {
  const open = empty(name, attributes).slice(0, -'/>'.length);
  return `${open}>${content.filter((piece) => piece !== false && piece !== undefined).join('\n')}</${name}>`;
}
