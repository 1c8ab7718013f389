import { getContexts, openAssociation, type Peer, type RetrieveAnswer, type StoreHandler, Tag } from '@drimbox/dicom';

/** One series by C-GET: the objects come on the association itself, no listener is needed. */
export async function getSeries(
  peer: Peer,
  wanted: { readonly study: string; readonly series: string },
  store: StoreHandler,
  sopClasses: readonly string[],
  transferSyntaxes: readonly string[],
): Promise<RetrieveAnswer | string> {
  const association = await openAssociation(peer, getContexts(sopClasses, transferSyntaxes));
  if (!association.ok) return association.failure.detail;
  const keys = { [Tag.StudyInstanceUID]: wanted.study, [Tag.SeriesInstanceUID]: wanted.series };
  const answer = await association.value.get({ level: 'SERIES', keys }, store);
  await association.value.release();
  return answer.ok ? answer.value : `${answer.failure.kind}: ${answer.failure.detail}`;
}
