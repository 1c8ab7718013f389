import { Uid } from '@drimbox/contracts';

/** What the link of a report names (IHE Invoke Image Display, RAD-106). */
export interface ReportLink {
  readonly study: string;
  readonly accession: string;
  /** Id of the CDA: `root`, or root and extension joined. */
  readonly document: string;
}

export const LINK_PATH = '/IHEInvokeImageDisplay';
const MAX_QUERY = 1024;
const MAX_VALUE = 200;

/** Names vary in case and form from one RIS to another (DSR §3.2.1); each fact once, or several times the same. */
const NAMES: Readonly<Record<string, 'type' | 'study' | 'accession' | 'document'>> = {
  requesttype: 'type',
  studyuid: 'study',
  studyinstanceuid: 'study',
  accessionnumber: 'accession',
  idcda: 'document',
};

/** Undefined: no link of a report. Parameters that mean nothing here are ignored. */
export function readLink(query: string): ReportLink | undefined {
  if (query.length > MAX_QUERY) return undefined;
  const facts = new Map<string, string>();
  for (const [name, raw] of new URLSearchParams(query)) {
    const fact = NAMES[name.toLowerCase()];
    if (fact === undefined) continue;
    const value = raw.trim();
    if (value === '' || value.length > MAX_VALUE || hasControl(value)) return undefined;
    if ((facts.get(fact) ?? value) !== value) return undefined;
    facts.set(fact, value);
  }
  const [study, accession, document] = [facts.get('study'), facts.get('accession'), facts.get('document')];
  if (facts.get('type')?.toUpperCase() !== 'STUDY') return undefined;
  if (study === undefined || accession === undefined || document === undefined) return undefined;
  return Uid.safeParse(study).success ? { study, accession, document } : undefined;
}

const hasControl = (text: string): boolean => [...text].some((character) => character < ' ' || character === '\u007f');

/** Written `root^extension` by us, and with `_` or `/` in links. */
const SEPARATOR = /[\^_/]/;

/**
 * Does the link name this document? With an extension both parts must be the same; a link that gives the root alone is
 * compared on the root. @param key `root` or `root^extension`
 */
export function namesDocument(document: string, key: string): boolean {
  const [root, extension] = split(document);
  const [keyRoot, keyExtension] = split(key);
  if (root.toLowerCase() !== keyRoot.toLowerCase()) return false;
  return extension === undefined || extension === keyExtension;
}

function split(id: string): readonly [root: string, extension: string | undefined] {
  const at = id.search(SEPARATOR);
  return at < 0 ? [id, undefined] : [id.slice(0, at), id.slice(at + 1)];
}
