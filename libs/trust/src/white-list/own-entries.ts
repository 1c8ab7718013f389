import { formatDn, type Dn } from '../dn/dn.js';
import type { ListEntry } from './list-content.js';
import { ListIndex } from '../peer/listed.js';

/** A db FQDN of ours and the certificates we serve it with: `current` today, `next` soon. */
export interface OwnName {
  readonly fqdn: string;
  readonly served: readonly { readonly which: 'current' | 'next'; readonly subject: Dn }[];
}

export type OwnFault =
  | { readonly kind: 'missing'; readonly fqdn: string }
  | { readonly kind: 'other-dn'; readonly fqdn: string; readonly which: 'current' | 'next'; readonly served: string };

/** Compares a list with ourselves: what other DRIMboxes would refuse of us, before they do. */
export function ownFaults(own: Iterable<OwnName>, entries: readonly ListEntry[]): OwnFault[] {
  const index = new ListIndex(entries);
  return [...own].flatMap(({ fqdn, served }): OwnFault[] => {
    if (index.entriesOf(fqdn).length === 0) return [{ kind: 'missing', fqdn }];
    return served
      .filter(({ subject }) => !index.entryFor(fqdn, subject))
      .map(({ which, subject }) => ({ kind: 'other-dn', fqdn, which, served: formatDn(subject) }));
  });
}
