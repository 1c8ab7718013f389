import { openAssociation, openPart10, type Peer, Tag } from '@drimbox/dicom';

/** Sends DICOM files: one context for each class and syntax, so that the peer accepts or refuses each by itself. */
export async function sendFiles(peer: Peer, files: readonly Buffer[]): Promise<(number | string)[]> {
  const objects = files.map((file) => {
    const { meta, transferSyntax, bytes } = openPart10(file);
    const sopClass = meta.getString(Tag.MediaStorageSOPClassUID) ?? '';
    const sopInstance = meta.getString(Tag.MediaStorageSOPInstanceUID) ?? '';
    return { sopClass, sopInstance, transferSyntax, dataset: bytes };
  });
  const pairs = new Map(objects.map((one) => [`${one.sopClass} ${one.transferSyntax}`, one]));
  const contexts = [...pairs.values()].map(({ sopClass, transferSyntax }) => ({
    abstractSyntax: sopClass,
    transferSyntaxes: [transferSyntax],
  }));
  const association = await openAssociation(peer, contexts);
  if (!association.ok) return [association.failure.detail];
  const statuses: (number | string)[] = [];
  for (const object of objects) {
    const answer = await association.value.store(object);
    statuses.push(answer.ok ? answer.value.status : answer.failure.detail);
  }
  await association.value.release();
  return statuses;
}
