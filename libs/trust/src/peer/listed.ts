import type { Certificate } from '../certificate/certificate.js';
import { type Dn, dnKey, parseDn } from '../dn/dn.js';

/** What a listed entry must say for itself; entries may carry more. */
export interface Listed {
  readonly db: string;
  readonly operatorDn: string;
}

/** A white list made ready for look-ups at every request. Entries whose DN cannot be read list nobody. */
export class ListIndex<E extends Listed> {
  private readonly byDn = new Map<string, E>();
  private readonly byFqdn = new Map<string, { readonly entry: E; readonly key: string }[]>();

  constructor(entries: Iterable<E>) {
    for (const entry of entries) {
      const dn = parseDn(entry.operatorDn);
      if (!dn) continue;
      const key = dnKey(dn);
      if (!this.byDn.has(key)) this.byDn.set(key, entry);
      const fqdn = entry.db.toLowerCase();
      this.byFqdn.set(fqdn, [...(this.byFqdn.get(fqdn) ?? []), { entry, key }]);
    }
  }

  /** The entry whose certificate bears this subject, attribute by attribute; the first of several. */
  listedAs(subject: Dn): E | undefined {
    return this.byDn.get(dnKey(subject));
  }

  /** Entries of a db FQDN; several when the list gives it several certificates. */
  entriesOf(fqdn: string): readonly E[] {
    return (this.byFqdn.get(fqdn.toLowerCase()) ?? []).map(({ entry }) => entry);
  }

  /** The entry of that FQDN whose DN is this subject. */
  entryFor(fqdn: string, subject: Dn): E | undefined {
    const key = dnKey(subject);
    return this.byFqdn.get(fqdn.toLowerCase())?.find((one) => one.key === key)?.entry;
  }
}

export type ServerFailure = 'other-host' | 'not-listed' | 'other-dn';
export type ServerResult<E> = { ok: true; entry: E } | { ok: false; kind: ServerFailure };

/**
 * Client side, after `checkPeer` with `tls-server`: the certificate is that of the host asked for (a subjectAltName,
 * never the CN), the host is listed, and the list names this very subject for it.
 */
export function checkServer<E extends Listed>(
  fqdn: string,
  { x509, subject }: Certificate,
  list: ListIndex<E>,
): ServerResult<E> {
  const named = x509.checkHost(fqdn, { subject: 'never', wildcards: false });
  if (named === undefined) return { ok: false, kind: 'other-host' };
  if (list.entriesOf(fqdn).length === 0) return { ok: false, kind: 'not-listed' };
  const entry = list.entryFor(fqdn, subject);
  return entry ? { ok: true, entry } : { ok: false, kind: 'other-dn' };
}
