import { createHash, randomUUID } from 'node:crypto';
import { NS, REFERENCE_ID_LIST, SCHEME, STATUS } from './dmp-rules.js';
import { authorInstitutions, codesOf } from './registry-objects.js';
import type { RegistryObject } from './registry-objects.js';
import { is } from './xml.js';
import type { Element } from './xml.js';

/** A document of the DMP: metadata as registered, bytes, and what the desk shows of them. */
export interface RegisteredEntry {
  readonly uniqueId: string;
  /** Given by the DMP, `urn:uuid:…`; another one after each metadata update (interop §6.1). */
  readonly entryUuid: string;
  /** Those it had before, the oldest first. */
  readonly formerEntryUuids: readonly string[];
  /** lid: common to the versions of a document, whatever their uniqueId. */
  readonly logicalId: string;
  /** From 1; one more at each metadata update and at each replacement. */
  readonly version: number;
  readonly status: string;
  /** uniqueId of the entry that took its place. */
  readonly replacedBy?: string;
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

/** The RPLC of a submission. */
export interface Replacement {
  /** Target of the association. */
  readonly entryUuid: string;
  /** The authenticated structure, and those that count as it. */
  readonly owners: readonly string[];
}

export interface NewDocument {
  readonly object: RegistryObject;
  readonly bytes: Buffer;
  readonly replaces?: Replacement;
}

export interface NewSubmission {
  readonly submissionSet: RegistryObject;
  readonly documents: readonly NewDocument[];
  readonly clientStructure: string;
}

const newUuid = (): string => `urn:uuid:${randomUUID()}`;

/** The first version of a document, or the next one of the document `former` it takes the place of. */
export const register = (
  { object, bytes }: NewDocument,
  { submissionSet, clientStructure }: NewSubmission,
  former?: RegisteredEntry,
): RegisteredEntry => {
  const entryUuid = newUuid();
  const slot = (name: string): string => object.slots.get(name)?.[0] ?? '';
  return stated({
    uniqueId: object.externalIds.get(SCHEME.uniqueId)!,
    entryUuid,
    formerEntryUuids: [],
    logicalId: former?.logicalId ?? entryUuid,
    version: (former?.version ?? 0) + 1,
    status: STATUS.approved,
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
    object: withOwnIds(object.element),
    document: bytes,
  });
};

/** Replaced (ITI TF-3 4.2.2.2.3): it keeps its uniqueId, its entryUUID and its version. */
export const deprecated = (entry: RegisteredEntry, replacedBy: string): RegisteredEntry =>
  stated({ ...entry, status: STATUS.deprecated, replacedBy });

/** Deleted in name only: a change of availability makes no new version (ITI-57). */
export const deleted = (entry: RegisteredEntry): RegisteredEntry => stated({ ...entry, status: STATUS.deleted });

/** A metadata update: a new entryUUID under the same lid and uniqueId (interop §6.1). */
export const touched = (entry: RegisteredEntry): RegisteredEntry =>
  stated({
    ...entry,
    entryUuid: newUuid(),
    formerEntryUuids: [...entry.formerEntryUuids, entry.entryUuid],
    version: entry.version + 1,
  });

const OWNER: Readonly<Record<string, string>> = {
  Classification: 'classifiedObject',
  ExternalIdentifier: 'registryObject',
};
const ownerOf = (child: Element): string | undefined => (child.ns === NS.rim ? OWNER[child.name] : undefined);

/** The parts of the submitter's entry under identifiers of the registry. */
const withOwnIds = (element: Element): Element => ({
  ...element,
  children: element.children.map((child) =>
    ownerOf(child) === undefined ? child : { ...child, attributes: { ...child.attributes, id: newUuid() } },
  ),
});

/** The entry with its registry object as a query returns it: the registry's identifiers, status and version. */
const stated = (entry: RegisteredEntry): RegisteredEntry => {
  const { entryUuid, logicalId, status, version, object } = entry;
  const children = object.children.map((child) => {
    const owner = ownerOf(child);
    return owner === undefined ? child : { ...child, attributes: { ...child.attributes, [owner]: entryUuid } };
  });
  const attributes = { ...object.attributes, id: entryUuid, lid: logicalId, status };
  return { ...entry, object: { ...object, attributes, children: withVersion(children, version) } };
};

/** VersionInfo stands behind Slot, Name and Description (rim.xsd, RegistryObjectType). */
const withVersion = (children: readonly Element[], version: number): Element[] => {
  const others = children.filter((child) => !is(child, NS.rim, 'VersionInfo'));
  const behind = others.findIndex(({ name }) => !['Slot', 'Name', 'Description'].includes(name));
  const versionName = String(version);
  const info = { ns: NS.rim, name: 'VersionInfo', attributes: { versionName }, children: [], text: '' };
  return others.toSpliced(behind < 0 ? others.length : behind, 0, info);
};
