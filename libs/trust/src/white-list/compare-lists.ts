import { dnKey, parseDn } from '../dn/dn.js';
import type { ListEntry } from './list-content.js';

/** db FQDNs that came, went, or say something else; a date of update alone says nothing. */
export interface ListChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What a new list changes; a DN written in another order is no change. */
export function compareLists(before: readonly ListEntry[], after: readonly ListEntry[]): ListChanges {
  const [old, next] = [byFqdn(before), byFqdn(after)];
  return {
    added: [...next.keys()].filter((fqdn) => !old.has(fqdn)).toSorted(),
    removed: [...old.keys()].filter((fqdn) => !next.has(fqdn)).toSorted(),
    changed: [...next].flatMap(([fqdn, said]) => (old.has(fqdn) && old.get(fqdn) !== said ? [fqdn] : [])).toSorted(),
  };
}

function byFqdn(entries: readonly ListEntry[]): Map<string, string> {
  const said = new Map<string, string>();
  for (const { db, id, vi, operator, operatorDn, support } of entries) {
    const dn = parseDn(operatorDn);
    const line = JSON.stringify([id, vi, operator, dn ? dnKey(dn) : operatorDn, support]);
    said.set(db, [said.get(db), line].filter(Boolean).join('\n'));
  }
  return said;
}
