import type { ExamIdentity } from '@drimbox/contracts';
import { headOf, type Version } from '../life/lineage.js';

/** A message about the exam, as far as a link in a report needs it. */
export interface KnownReport extends Version {
  readonly lineage: string;
  readonly accessions: readonly string[];
}

/** The CDA ids by which live reports name an exam: the version that speaks, and those before it. A withdrawn report names nothing. */
export function documentsOf(reports: readonly KnownReport[]): {
  readonly documents: ExamIdentity['documents'];
  readonly accessions: readonly string[];
} {
  const lineages = new Map<string, KnownReport[]>();
  for (const report of reports) lineages.set(report.lineage, [...(lineages.get(report.lineage) ?? []), report]);
  const current: string[] = [];
  const former = new Set<string>();
  const accessions = new Set<string>();
  for (const versions of lineages.values()) {
    const head = headOf(versions);
    if (!head.live) continue;
    current.push(head.version.document);
    for (const { document } of versions) if (document !== head.version.document) former.add(document);
    for (const accession of head.version.accessions) accessions.add(accession);
  }
  return { documents: { current, former: [...former] }, accessions: [...accessions] };
}
