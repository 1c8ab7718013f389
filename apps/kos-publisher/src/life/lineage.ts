/**
 * Reports that are versions of one another, and which of them speaks now. Everything here depends on the set of
 * messages, never on the order in which they came: late, doubled and crossed messages end the same (issue: order).
 */

/** What the order of versions needs to know of a message. */
export interface Version {
  readonly reportId: string;
  readonly operation: 'new' | 'replace' | 'withdraw';
  /** `root` or `root^extension` of the CDA. */
  readonly document: string;
  readonly replaces?: string | undefined;
  /** versionNumber of the CDA. */
  readonly number?: number | undefined;
  /** MSH-7 as sent. */
  readonly messageTime?: string | undefined;
  /** Arrival: the last resort. */
  readonly sequence: number;
}

export interface Head<V extends Version = Version> {
  readonly version: V;
  /** False once the last version is withdrawn: a tombstone when the withdrawal came first. */
  readonly live: boolean;
}

/**
 * The version that speaks for a lineage: by versionNumber, else by the chain of relatedDocument, else by MSH-7, else by
 * arrival; a withdrawal comes after the version it withdraws. @param versions at least one.
 */
export function headOf<V extends Version>(versions: readonly V[]): Head<V> {
  const ranks = chainRanks(versions);
  const last = versions.reduce((best, one) => (compare(one, best, ranks) > 0 ? one : best));
  return { version: last, live: last.operation !== 'withdraw' };
}

function compare(a: Version, b: Version, ranks: ReadonlyMap<string, number>): number {
  return (
    (ranks.get(a.document) ?? 0) - (ranks.get(b.document) ?? 0) ||
    // Two documents of the same rank: the later one speaks, and a withdrawal concerns its own document only.
    (a.document === b.document ? withdrawal(a) - withdrawal(b) : byTime(a, b)) ||
    byTime(a, b)
  );
}

const withdrawal = ({ operation }: Version): number => (operation === 'withdraw' ? 1 : 0);

const byTime = (a: Version, b: Version): number =>
  order((a.messageTime ?? '').slice(0, 14), (b.messageTime ?? '').slice(0, 14)) || a.sequence - b.sequence;

const order = (a: string, b: string): number => (a !== '' && b !== '' && a !== b ? (a < b ? -1 : 1) : 0);

/** Place of each document: its versionNumber, or one more than the document it replaces. */
function chainRanks(versions: readonly Version[]): ReadonlyMap<string, number> {
  const byDocument = new Map<string, Version[]>();
  for (const version of versions)
    byDocument.set(version.document, [...(byDocument.get(version.document) ?? []), version]);
  const ranks = new Map<string, number>();
  const rankOf = (document: string, path: ReadonlySet<string>): number => {
    const known = ranks.get(document);
    if (known !== undefined) return known;
    const same = byDocument.get(document);
    // A document that is only named by the one that replaces it comes before it; a circle of replacements has no order.
    if (!same || path.has(document)) return 1;
    const number = same.find((version) => version.number !== undefined)?.number;
    const replaced = same.find((version) => version.replaces !== undefined)?.replaces;
    const rank = number ?? (replaced === undefined ? 1 : rankOf(replaced, new Set([...path, document])) + 1);
    ranks.set(document, rank);
    return rank;
  };
  for (const document of byDocument.keys()) rankOf(document, new Set());
  return ranks;
}
