import { XmlElement, XmlText } from 'libxml2-wasm';
import { type Dn, parseDn } from '../dn/dn.js';
import { withXml } from '../xml/open-xml.js';
import { instantOf } from './instant.js';
import type { ListNames } from './profile.js';

/** One `Domaine`: the FQDN of a DRIMbox and the certificate that speaks for it. */
export interface ListEntry {
  readonly id: string;
  /** Lower case. */
  readonly db: string;
  readonly vi: string | null;
  readonly operator: string;
  /** As written. */
  readonly operatorDn: string;
  readonly support: string;
  readonly updatedAt: Date | null;
}

export interface ListContent {
  readonly generatedAt: Date;
  readonly entries: readonly ListEntry[];
  /** Entries that name nobody (no FQDN, no readable DN): whoever they meant is not listed. */
  readonly leftOut: readonly { readonly position: number; readonly reason: string }[];
}

export type ContentResult = { ok: true; content: ListContent } | { ok: false; detail: string };

const FQDN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const LIMIT = { id: 50, operator: 300, operatorDn: 1000, support: 500 } as const;
const MAX_ENTRIES = 100_000;

/** Reads the list from the canonical bytes whose digest was verified, never from the file (what is read is what is signed). */
export function readContent(canonical: Buffer, names: ListNames): ContentResult {
  const no = (detail: string): ContentResult => ({ ok: false, detail });
  return (
    withXml(canonical, ({ root }) => {
      const parts = childrenOf(root);
      if (!parts || root.name !== names.root) return no('the root holds text');
      const dates = parts.filter(({ name }) => name === names.generatedAt);
      const lists = parts.filter(({ name }) => name === names.entries);
      if (dates.length !== 1 || lists.length !== 1) return no(`not one ${names.generatedAt} and one ${names.entries}`);
      const generatedAt = instantOf(dates[0]!.content);
      if (!generatedAt) return no(`${names.generatedAt} is no instant with its zone`);
      const domains = childrenOf(lists[0]!);
      if (!domains || domains.some(({ name }) => name !== names.entry))
        return no(`${names.entries} holds something else`);
      if (domains.length > MAX_ENTRIES) return no(`more than ${MAX_ENTRIES} entries`);
      const read = domains.map((domain) => readEntry(domain, names));
      const entries = read.filter((entry): entry is ListEntry => typeof entry !== 'string');
      // Taken at its word it would cut everybody off: far more likely a mishap than a decision.
      if (entries.length === 0) return no('no usable entry');
      const leftOut = read.flatMap((reason, index) =>
        typeof reason === 'string' ? [{ position: index + 1, reason }] : [],
      );
      return { ok: true as const, content: { generatedAt, entries, leftOut } };
    }) ?? no('the canonical form cannot be read')
  );
}

/** An entry, or why it names nobody. Elements that are not in the names are passed over: editions add and drop some. */
function readEntry(domain: XmlElement, names: ListNames): ListEntry | string {
  const values = new Map<string, string>();
  for (const child of childrenOf(domain) ?? []) {
    if (values.has(child.name)) return `${child.name} given twice`;
    if (childrenOf(child)?.length) return `elements in ${child.name}`;
    values.set(child.name, child.content.trim());
  }
  const text = (name: string): string => values.get(name) ?? '';
  const db = text(names.db).toLowerCase();
  const vi = text(names.vi).toLowerCase();
  const operatorDn = text(names.operatorDn);
  if (!FQDN.test(db)) return `${names.db} is no FQDN`;
  const dn: Dn | undefined = operatorDn.length <= LIMIT.operatorDn ? parseDn(operatorDn) : undefined;
  if (!dn) return `${names.operatorDn} cannot be read`;
  return {
    id: text(names.id).slice(0, LIMIT.id),
    db,
    vi: FQDN.test(vi) ? vi : null,
    operator: text(names.operator).slice(0, LIMIT.operator),
    operatorDn,
    support: text(names.support).slice(0, LIMIT.support),
    updatedAt: instantOf(text(names.updatedAt)) ?? null,
  };
}

/** Element children; undefined when there is text beside them. An element of text alone has none. */
function childrenOf(element: XmlElement): XmlElement[] | undefined {
  const elements: XmlElement[] = [];
  let text = false;
  for (let child = element.firstChild; child; child = child.next) {
    if (child instanceof XmlElement) elements.push(child);
    else if (!(child instanceof XmlText) || child.content.trim() !== '') text = true;
  }
  return text && elements.length > 0 ? undefined : elements;
}
