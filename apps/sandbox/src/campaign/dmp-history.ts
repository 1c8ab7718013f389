import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What the campaign reads of one change that the DMP wrote down (its journal: one JSON line each). */
export interface DmpChange {
  readonly submissionSetUniqueId?: string;
  readonly entries: readonly {
    readonly uniqueId: string;
    readonly status: string;
    readonly typeCode: string;
    readonly referenceIds: readonly string[];
  }[];
}

const approved = (status: string): boolean => status.endsWith(':Approved');

/** Study of a pointer: urn:ihe:iti:xds:2016:studyInstanceUID, CXi, the study is the first component. */
export const studyOfPointer = (referenceIds: readonly string[]): string =>
  referenceIds.find((id) => id.includes('studyInstanceUID'))?.split('^')[0] ?? 'none';

/** Looks for doubles in all that the DMP ever registered, not only in how it ends. */
export class DmpHistory {
  readonly twiceAccepted: string[] = [];
  /** Studies that had two Approved pointers after some change. */
  readonly twicePointed: string[] = [];
  submissions = 0;
  private readonly accepted = new Set<string>();
  private readonly pointers = new Map<string, Set<string>>();

  add({ submissionSetUniqueId, entries }: DmpChange): void {
    if (submissionSetUniqueId !== undefined) this.submissions += 1;
    for (const { uniqueId, status } of entries) {
      if (!approved(status)) continue;
      // Every submission registers as Approved what it brings, and only that.
      if (this.accepted.has(uniqueId)) this.twiceAccepted.push(uniqueId);
      this.accepted.add(uniqueId);
    }
    const touched = new Set<string>();
    for (const { uniqueId, status, typeCode, referenceIds } of entries) {
      if (typeCode !== 'IMG-KOS') continue;
      const study = studyOfPointer(referenceIds);
      const present = this.pointers.get(study) ?? new Set();
      if (approved(status)) present.add(uniqueId);
      else present.delete(uniqueId);
      this.pointers.set(study, present);
      touched.add(study);
    }
    for (const study of touched) if ((this.pointers.get(study)?.size ?? 0) > 1) this.twicePointed.push(study);
  }
}

/** @param path the DMP's journal, read line by line: it grows beyond what one string may hold. */
export async function readDmpHistory(path: string): Promise<DmpHistory> {
  const history = new DmpHistory();
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity }))
    if (line !== '') history.add(JSON.parse(line) as DmpChange);
  return history;
}
