import { createHash, randomUUID } from 'node:crypto';
import { NS, REFERENCE_ID_LIST, SCHEME, STATUS_APPROVED } from './dmp-rules.js';
import type { Journal } from './journal.js';
import { authorInstitutions, codesOf } from './registry-objects.js';
import type { RegistryObject } from './registry-objects.js';
import { bad, good } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';
import type { Element } from './xml.js';

/** A document of the DMP: metadata as registered, bytes, and what the desk shows of them. */
export interface RegisteredEntry {
  readonly uniqueId: string;
  /** Given by the DMP, `urn:uuid:…`. */
  readonly entryUUID: string;
  readonly status: string;
  readonly patientId: string;
  readonly typeCode: string;
  readonly title: string;
  readonly creationTime: string;
  readonly submissionTime: string;
  readonly authorInstitution: readonly string[];
  readonly confidentialityCodes: readonly string[];
  readonly referenceIds: readonly string[];
  /** SHA-1, lower-case hex. */
  readonly hash: string;
  readonly size: number;
  /** OU of the TLS client certificate. */
  readonly clientStructure: string;
  readonly submissionSetUniqueId: string;
  readonly object: Element;
  readonly document: Buffer;
}

export interface NewSubmission {
  readonly submissionSet: RegistryObject;
  readonly documents: readonly { readonly object: RegistryObject; readonly bytes: Buffer }[];
  readonly clientStructure: string;
}

/** The state of the DMP: in memory, and in a journal when one is given. */
export class Registry {
  private readonly entries = new Map<string, RegisteredEntry>();
  private readonly submissionSets = new Set<string>();

  constructor(private readonly journal: Pick<Journal, 'read' | 'append' | 'clear'> | undefined) {}

  /** Reads back what a former life of this DMP registered. */
  async restore(): Promise<void> {
    for (const entries of (await this.journal?.read()) ?? []) this.keep(entries);
  }

  all(): RegisteredEntry[] {
    return [...this.entries.values()];
  }

  byUniqueId(uniqueId: string): RegisteredEntry | undefined {
    return this.entries.get(uniqueId);
  }

  /**
   * Registers a submission whole or not at all. The same uniqueId with the same bytes is XDSDuplicateUniqueIdInRegistry,
   * with other bytes XDSNonIdenticalHash (IHE ITI TF-3 4.2.4.1). Check and insertion are one synchronous step, so two
   * requests at once cannot both pass. Throws, with nothing registered, when the journal cannot be written.
   */
  async commit(submission: NewSubmission): Promise<Checked<readonly RegisteredEntry[], readonly RegistryError[]>> {
    const entries = submission.documents.map((document) => register(document, submission));
    const errors = entries.flatMap((entry) => this.duplicateOf(entry) ?? []);
    if (errors.length > 0) return bad(errors);
    const setId = submission.submissionSet.externalIds.get(SCHEME.submissionUniqueId)!;
    if (this.submissionSets.has(setId))
      return bad([{ code: 'XDSDuplicateUniqueIdInRegistry', context: 'submission set uniqueId already registered' }]);
    this.keep(entries);
    try {
      await this.journal?.append(entries);
    } catch (error) {
      for (const { uniqueId } of entries) this.entries.delete(uniqueId);
      this.submissionSets.delete(setId);
      throw error;
    }
    return good(entries);
  }

  async reset(): Promise<void> {
    this.entries.clear();
    this.submissionSets.clear();
    await this.journal?.clear();
  }

  private keep(entries: readonly RegisteredEntry[]): void {
    for (const entry of entries) {
      this.entries.set(entry.uniqueId, entry);
      this.submissionSets.add(entry.submissionSetUniqueId);
    }
  }

  private duplicateOf({ uniqueId, hash }: RegisteredEntry): RegistryError | undefined {
    const former = this.entries.get(uniqueId);
    if (former === undefined) return undefined;
    return former.hash === hash
      ? { code: 'XDSDuplicateUniqueIdInRegistry', context: `uniqueId ${uniqueId} already registered, same hash` }
      : { code: 'XDSNonIdenticalHash', context: `uniqueId ${uniqueId} already registered with another hash` };
  }
}

const register = (
  { object, bytes }: NewSubmission['documents'][number],
  { submissionSet, clientStructure }: NewSubmission,
): RegisteredEntry => {
  const entryUUID = `urn:uuid:${randomUUID()}`;
  const slot = (name: string): string => object.slots.get(name)?.[0] ?? '';
  return {
    uniqueId: object.externalIds.get(SCHEME.uniqueId)!,
    entryUUID,
    status: STATUS_APPROVED,
    patientId: object.externalIds.get(SCHEME.patientId)!,
    typeCode: codesOf(object, SCHEME.typeCode)[0]?.code ?? '',
    title: object.title,
    creationTime: slot('creationTime'),
    submissionTime: submissionSet.slots.get('submissionTime')?.[0] ?? '',
    authorInstitution: authorInstitutions(object, SCHEME.author),
    confidentialityCodes: codesOf(object, SCHEME.confidentialityCode).map(({ code }) => code),
    referenceIds: object.slots.get(REFERENCE_ID_LIST) ?? [],
    hash: createHash('sha1').update(bytes).digest('hex'),
    size: bytes.length,
    clientStructure,
    submissionSetUniqueId: submissionSet.externalIds.get(SCHEME.submissionUniqueId)!,
    object: asRegistered(object.element, entryUUID),
    document: bytes,
  };
};

/** The entry as a query returns it: entryUUID for the submitter's id, logical id and status given by the registry. */
const asRegistered = (element: Element, entryUUID: string): Element => ({
  ...element,
  attributes: { ...element.attributes, id: entryUUID, lid: entryUUID, status: STATUS_APPROVED },
  children: element.children.map((child) => {
    const owner = { Classification: 'classifiedObject', ExternalIdentifier: 'registryObject' }[child.name];
    if (child.ns !== NS.rim || owner === undefined) return child;
    return { ...child, attributes: { ...child.attributes, id: `urn:uuid:${randomUUID()}`, [owner]: entryUUID } };
  }),
});
