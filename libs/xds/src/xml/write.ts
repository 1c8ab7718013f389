/** Serialised XML that needs no further escaping. Only this file makes it, so a plain string can never become markup. */
export interface Xml {
  readonly xml: string;
}

export type Attributes = Readonly<Record<string, string | undefined>>;
export type Child = Xml | string | undefined;

/** Characters XML 1.0 §2.2 cannot carry or discourages: controls but tab and line ends, lone surrogates, non-characters. */
const FORBIDDEN = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const escapeWith = (pattern: RegExp, value: string): string =>
  value.replace(FORBIDDEN, '\ufffd').replace(pattern, (character) => ENTITIES[character] ?? character);

const text = (value: string): string => escapeWith(/[&<>\r]/g, value);
const attribute = (value: string): string => escapeWith(/[&<>"\t\n\r]/g, value);

/** One element. String children are text and are escaped; undefined attributes and children are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Xml {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${attribute(value ?? '')}"`)
    .join('');
  const body = children
    .filter((child) => child !== undefined)
    .map((child) => (typeof child === 'string' ? text(child) : child.xml))
    .join('');
  return { xml: body === '' ? `<${name}${head}/>` : `<${name}${head}>${body}</${name}>` };
}

/** Markup made earlier by `element`, kept as a string (a frozen body, a signed assertion). Never for outside text. */
export const trustedXml = (xml: string): Xml => ({ xml });
