import { createHash } from 'node:crypto';
import { ASSOCIATION, ENTRY_UUID, KOS_SOP_CLASS, NS, REFERENCE_ID_LIST, SCHEME } from './dmp-rules.js';
import { checkIns, checkKosEntry, checkSignatureEntry, checkSubmissionSet } from './entry-rules.js';
import { readKosIdentity } from './kos-file.js';
import { ownersFor } from './lifecycle.js';
import type { Trust } from './pki.js';
import type { NewSubmission, Replacement } from './registered-entry.js';
import { authorInstitutions, readObjects, studyUidsOf } from './registry-objects.js';
import type { Association, RegistryObject, SubmittedObjects } from './registry-objects.js';
import { includedCid } from './soap.js';
import { checkSubmissionSignature } from './submission-signature.js';
import { bad, good, metadataError, repositoryError } from './verdict.js';
import type { Checked, RegistryError } from './verdict.js';
import type { Vihf } from './vihf.js';
import { childrenOf, onlyChild } from './xml.js';
import type { Element } from './xml.js';

export interface SubmissionContext {
  readonly vihf: Vihf;
  readonly trust: Trust;
  readonly now: Date;
  readonly clientStructure: string;
  /** EG → EJ. */
  readonly ejOf: Readonly<Record<string, string>>;
}

interface Parts {
  readonly submissionSet: RegistryObject;
  readonly kos: RegistryObject;
  readonly signature: RegistryObject;
}

/**
 * Checks the content of an ITI-41 request: metadata, associations, attached bytes, KOS, signature. All metadata faults are
 * told at once; the documents are opened only when the metadata are right.
 */
export const checkSubmission = async (
  payload: Element,
  attachments: ReadonlyMap<string, Buffer>,
  context: SubmissionContext,
): Promise<Checked<NewSubmission, readonly RegistryError[]>> => {
  const request = onlyChild(payload, NS.lcm, 'SubmitObjectsRequest');
  const list = request && onlyChild(request, NS.rim, 'RegistryObjectList');
  if (list === undefined) return bad([metadataError('SubmitObjectsRequest with a RegistryObjectList is missing')]);
  const objects = readObjects(list);
  if (!objects.ok) return bad([objects.problem]);
  const parts = findParts(objects.value);
  if (!parts.ok) return bad([parts.problem]);
  const { submissionSet, kos, signature } = parts.value;

  const ins = checkIns(kos.externalIds.get(SCHEME.patientId) ?? '');
  if (ins) return bad([ins]);
  const metadata = [
    ...checkSubmissionSet(submissionSet, context.now),
    ...checkKosEntry(kos, context.now),
    ...checkSignatureEntry(signature, context.now),
    ...checkAssociations(objects.value, parts.value),
    ...checkPatient(parts.value, context.vihf),
    ...checkStructure(parts.value, context.vihf),
  ];
  if (metadata.length > 0) return bad(metadata);

  const documents = attachedDocuments(payload, attachments, [kos, signature]);
  if (!documents.ok) return bad([documents.problem]);
  const [kosFile, signatureFile] = [documents.value.get(kos.id)!, documents.value.get(signature.id)!];
  const content = [kos, signature].flatMap((entry) => checkBytes(entry, documents.value.get(entry.id)!));
  if (content.length > 0) return bad(content);
  const kosErrors = checkKosFile(kos, kosFile);
  if (kosErrors.length > 0) return bad(kosErrors);
  const signed = await checkSubmissionSignature(
    signatureFile,
    {
      submissionSetUniqueId: submissionSet.externalIds.get(SCHEME.submissionUniqueId)!,
      documents: new Map([[kos.externalIds.get(SCHEME.uniqueId)!, kosFile]]),
    },
    { trust: context.trust, structure: context.clientStructure, now: context.now },
  );
  if (!signed.ok) return bad([repositoryError(`submission set signature: ${signed.problem}`)]);
  const replaces = readReplacement(objects.value.associations, context);
  return good({
    submissionSet,
    documents: [
      { object: kos, bytes: kosFile, ...(replaces && { replaces }) },
      { object: signature, bytes: signatureFile },
    ],
    clientStructure: context.clientStructure,
  });
};

/** A DRIMbox submits one KOS and the signature of the set (drimbox-rules §6.3). */
const findParts = ({ packages, entries }: SubmittedObjects): Checked<Parts, RegistryError> => {
  const signatures = entries.filter(({ element }) => element.attributes.mimeType === 'text/xml');
  const others = entries.filter((entry) => !signatures.includes(entry));
  if (packages.length !== 1) return bad(metadataError('one submission set is required'));
  if (others.length !== 1) return bad(metadataError('one KOS entry is required'));
  if (signatures.length !== 1) return bad(metadataError('one signature entry is required'));
  return good({ submissionSet: packages[0]!, kos: others[0]!, signature: signatures[0]! });
};

/** HasMember to both documents and signs to the set; then nothing, or one RPLC (interop §6.2). */
const checkAssociations = (
  { associations }: SubmittedObjects,
  { submissionSet, kos, signature }: Parts,
): RegistryError[] => {
  const count = (type: string, source: string, target: string, original: boolean): number =>
    associations.filter(
      (association) =>
        association.type === type &&
        association.source === source &&
        association.target === target &&
        (!original || association.slots.get('SubmissionSetStatus')?.join() === 'Original'),
    ).length;
  const complete =
    count(ASSOCIATION.hasMember, submissionSet.id, kos.id, true) === 1 &&
    count(ASSOCIATION.hasMember, submissionSet.id, signature.id, true) === 1 &&
    count(ASSOCIATION.signs, signature.id, submissionSet.id, false) === 1;
  if (!complete) return [metadataError('HasMember (Original) to each document and signs to the set are required')];
  const replacements = associations.filter(isReplacement);
  if (associations.length !== 3 + replacements.length)
    return [metadataError('an association is neither one of an original submission nor RPLC')];
  if (replacements.length > 1) return [metadataError('a submission replaces one entry at most')];
  if (replacements.some(({ source }) => source !== kos.id))
    return [metadataError('RPLC must start from the KOS entry')];
  return replacements.every(({ target }) => ENTRY_UUID.test(target))
    ? []
    : [metadataError('RPLC must name the replaced entry by its entryUUID (urn:uuid), not by its uniqueId')];
};

const isReplacement = ({ type }: Association): boolean => type === ASSOCIATION.replaces;

const readReplacement = (
  associations: readonly Association[],
  { vihf, ejOf }: SubmissionContext,
): Replacement | undefined => {
  const association = associations.find(isReplacement);
  return association && { entryUuid: association.target, owners: ownersFor(vihf.structure, ejOf) };
};

const checkPatient = ({ submissionSet, kos, signature }: Parts, vihf: Vihf): RegistryError[] => {
  const ids = [
    submissionSet.externalIds.get(SCHEME.submissionPatientId),
    kos.externalIds.get(SCHEME.patientId),
    signature.externalIds.get(SCHEME.patientId),
  ];
  return ids.every((id) => id === vihf.patientId)
    ? []
    : [{ code: 'XDSPatientIdDoesNotMatch', context: 'patientId of set, entries and VIHF resource-id must be one' }];
};

/** EX_2.1-1140: the authenticated structure is an author of the document, and of the submission set. */
const checkStructure = ({ submissionSet, kos }: Parts, { structure }: Vihf): RegistryError[] =>
  authorInstitutions(kos, SCHEME.author).includes(structure) &&
  authorInstitutions(submissionSet, SCHEME.submissionAuthor).includes(structure)
    ? []
    : [metadataError('EX_2.1-1140: Identifiant_Structure is no authorInstitution of the document and of the set')];

const attachedDocuments = (
  payload: Element,
  attachments: ReadonlyMap<string, Buffer>,
  entries: readonly RegistryObject[],
): Checked<Map<string, Buffer>, RegistryError> => {
  const documents = new Map<string, Buffer>();
  for (const document of childrenOf(payload, NS.xds, 'Document')) {
    const id = document.attributes.id ?? '';
    if (!entries.some((entry) => entry.id === id) || documents.has(id))
      return bad({ code: 'XDSMissingDocumentMetadata', context: 'a Document has no entry of its own' });
    const bytes = attachments.get(includedCid(document) ?? '');
    if (bytes === undefined)
      return bad({ code: 'XDSMissingDocument', context: `${id}: no attachment behind the xop:Include` });
    documents.set(id, bytes);
  }
  const missing = entries.find(({ id }) => !documents.has(id));
  if (missing) return bad({ code: 'XDSMissingDocument', context: `${missing.id}: no Document` });
  return documents.size === attachments.size
    ? good(documents)
    : bad({ code: 'XDSMissingDocumentMetadata', context: 'an attachment belongs to no Document' });
};

const checkBytes = ({ id, slots }: RegistryObject, bytes: Buffer): RegistryError[] => {
  const hash = createHash('sha1').update(bytes).digest('hex');
  return [
    ...(slots.get('hash')?.[0]?.toLowerCase() === hash
      ? []
      : [repositoryError(`${id}: hash is not the SHA-1 of the bytes`)]),
    ...(Number(slots.get('size')?.[0]) === bytes.length
      ? []
      : [repositoryError(`${id}: size is not that of the bytes`)]),
  ];
};

const checkKosFile = ({ id, externalIds, slots }: RegistryObject, file: Buffer): RegistryError[] => {
  const read = readKosIdentity(file);
  if (!read.ok) return [repositoryError(`${id}: ${read.problem}`)];
  const kos = read.value;
  const studies = studyUidsOf(slots.get(REFERENCE_ID_LIST) ?? []);
  const checks: readonly (readonly [boolean, string])[] = [
    [kos.sopClassUid === KOS_SOP_CLASS, 'the document is not a Key Object Selection'],
    [kos.sopInstanceUid === externalIds.get(SCHEME.uniqueId), 'uniqueId is not the SOPInstanceUID of the KOS'],
    [kos.patientId === externalIds.get(SCHEME.patientId)?.split('^')[0], 'PatientID of the KOS is not the INS'],
    [
      studies.length === 1 && studies[0] === kos.studyInstanceUid,
      'referenceIdList must name the StudyInstanceUID of the KOS',
    ],
  ];
  return checks.filter(([fine]) => !fine).map(([, problem]) => repositoryError(`${id}: ${problem}`));
};
