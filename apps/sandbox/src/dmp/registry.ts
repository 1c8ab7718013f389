import { SCHEME, STATUS } from './dmp-rules.js';
import type { Change, Journal } from './journal.js';
import { checkDeletion, checkReplacement } from './lifecycle.js';
import type { Deletion } from './lifecycle.js';
import { deleted, deprecated, register, touched } from './registered-entry.js';
import type { NewSubmission, RegisteredEntry } from './registered-entry.js';
import { bad, good } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';

/**
 * The state of the DMP: in memory, and in a journal when one is given. Changes are decided and written one at a time, so
 * two requests at once cannot both pass. A change throws, with nothing changed, when the journal cannot be written.
 */
export class Registry {
  private readonly entries = new Map<string, RegisteredEntry>();
  private readonly submissionSets = new Set<string>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly journal: Pick<Journal, 'read' | 'append' | 'clear'> | undefined) {}

  /** Reads back what a former life of this DMP registered. */
  async restore(): Promise<void> {
    for (const change of (await this.journal?.read()) ?? []) this.keep(change);
  }

  all(): RegisteredEntry[] {
    return [...this.entries.values()];
  }

  byUniqueId(uniqueId: string): RegisteredEntry | undefined {
    return this.entries.get(uniqueId);
  }

  /** The entry that has this entryUUID, or had it before a metadata update. */
  byEntryUuid(entryUuid: string): RegisteredEntry | undefined {
    for (const entry of this.entries.values())
      if (entry.entryUuid === entryUuid || entry.formerEntryUuids.includes(entryUuid)) return entry;
    return undefined;
  }

  /**
   * Registers a submission whole or not at all, the replaced entry deprecated with it. The same uniqueId with the same bytes
   * is XDSDuplicateUniqueIdInRegistry, with other bytes XDSNonIdenticalHash (IHE ITI TF-3 4.2.4.1). That is told before the
   * faults of a replacement: who sends again after a lost answer learns that the document is there.
   */
  commit(submission: NewSubmission): Promise<Checked<readonly RegisteredEntry[], readonly RegistryError[]>> {
    return this.change(() => {
      const additions = submission.documents.map((document) => {
        const former = document.replaces && this.byEntryUuid(document.replaces.entryUuid);
        return { entry: register(document, submission, former), former, replaces: document.replaces };
      });
      const duplicates = additions.flatMap(({ entry }) => this.duplicateOf(entry) ?? []);
      if (duplicates.length > 0) return bad(duplicates);
      const submissionSetUniqueId = submission.submissionSet.externalIds.get(SCHEME.submissionUniqueId)!;
      if (this.submissionSets.has(submissionSetUniqueId)) return bad([SUBMISSION_SET_SEEN]);
      const errors = additions.flatMap(({ entry, former, replaces }) =>
        replaces === undefined ? [] : checkReplacement(former, entry, replaces),
      );
      if (errors.length > 0) return bad(errors);
      const entries = additions.flatMap(({ entry, former }) =>
        former === undefined ? [entry] : [entry, deprecated(former, entry.uniqueId)],
      );
      return good({ submissionSetUniqueId, entries });
    });
  }

  /** TD3.3c: the entry stays, with the status Deleted. */
  delete(deletion: Deletion): Promise<Checked<readonly RegisteredEntry[], readonly RegistryError[]>> {
    return this.change(() => {
      const { submissionSetUniqueId } = deletion;
      if (this.submissionSets.has(submissionSetUniqueId)) return bad([SUBMISSION_SET_SEEN]);
      const entry = this.byEntryUuid(deletion.entryUuid);
      const errors = checkDeletion(entry, deletion);
      return entry === undefined || errors.length > 0
        ? bad(errors)
        : good({ submissionSetUniqueId, entries: [deleted(entry)] });
    });
  }

  /** Something that happens to an Approved entry in the DMP, without the gateway: its metadata updated, or deleted. */
  async changeByOthers(
    uniqueId: string,
    act: 'touch' | 'delete',
  ): Promise<Checked<RegisteredEntry, 'unknown' | 'not Approved'>> {
    const changed = await this.change<'unknown' | 'not Approved'>(() => {
      const entry = this.entries.get(uniqueId);
      if (entry === undefined) return bad('unknown');
      if (entry.status !== STATUS.approved) return bad('not Approved');
      return good({ entries: [act === 'touch' ? touched(entry) : deleted(entry)] });
    });
    return changed.ok ? good(changed.value[0]!) : changed;
  }

  reset(): Promise<void> {
    return this.next(async () => {
      await this.journal?.clear();
      this.entries.clear();
      this.submissionSets.clear();
    });
  }

  /** Decides on the state as it is, writes, then keeps; the value is the entries that changed. */
  private change<P>(decide: () => Checked<Change, P>): Promise<Checked<readonly RegisteredEntry[], P>> {
    return this.next(async () => {
      const change = decide();
      if (!change.ok) return change;
      await this.journal?.append(change.value);
      this.keep(change.value);
      return good(change.value.entries);
    });
  }

  /** One at a time, in order; one that failed does not hold the next. */
  private next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }

  private keep({ submissionSetUniqueId, entries }: Change): void {
    if (submissionSetUniqueId !== undefined) this.submissionSets.add(submissionSetUniqueId);
    for (const entry of entries) this.entries.set(entry.uniqueId, entry);
  }

  private duplicateOf({ uniqueId, hash }: RegisteredEntry): RegistryError | undefined {
    const former = this.entries.get(uniqueId);
    if (former === undefined) return undefined;
    return former.hash === hash
      ? { code: 'XDSDuplicateUniqueIdInRegistry', context: `uniqueId ${uniqueId} already registered, same hash` }
      : { code: 'XDSNonIdenticalHash', context: `uniqueId ${uniqueId} already registered with another hash` };
  }
}

const SUBMISSION_SET_SEEN: RegistryError = {
  code: 'XDSDuplicateUniqueIdInRegistry',
  context: 'submission set uniqueId already registered',
};
