import type { ErrorCode, FoundSeries, FoundStudy, PacsLink } from '@drimbox/contracts';
import {
  type Association,
  type FailureKind,
  FIND_CONTEXT,
  openAssociation,
  type Peer,
  type PeerFailure,
  Tag,
} from '@drimbox/dicom';
import { failureOf } from '../links/peer.js';
import {
  IMAGE_KEYS,
  inOrder,
  type Read,
  readInstance,
  readSeries,
  readStudy,
  SERIES_KEYS,
  STUDY_KEYS,
  type ToldInstance,
} from './found-study.js';

/** A study as told by a PACS that may have left SOP classes out. */
export type ToldStudy = Omit<FoundStudy, 'series' | 'keyObjects'> & { readonly series: readonly ToldSeries[] };
export type ToldSeries = Omit<FoundSeries, 'instances'> & { readonly instances: readonly ToldInstance[] };

export type Asked = { readonly outcome: 'found'; readonly study: ToldStudy } | { readonly outcome: 'absent' } | Failed;

export interface Failed {
  readonly outcome: 'failed';
  readonly code: ErrorCode;
  readonly detail: string;
  /** How the PACS failed, when it did. */
  readonly kind?: FailureKind;
}

/** What a PACS holds of one study, asked level by level on one association (PS3.4 §C.4.1; hierarchical SCPs allow nothing else). */
export async function askStudy(peer: Peer, link: PacsLink, study: string): Promise<Asked> {
  const opened = await openAssociation(peer, [FIND_CONTEXT]);
  if (!opened.ok) return failedBy(opened.failure);
  const association = opened.value;
  try {
    return await askLevels(association, link, study);
  } finally {
    await association.release();
  }
}

/** Only the series of a study. */
export async function askSeries(
  peer: Peer,
  link: PacsLink,
  study: string,
  signal?: AbortSignal,
): Promise<readonly Head[] | Failed> {
  const opened = await openAssociation(peer, [FIND_CONTEXT], signal ? { signal } : {});
  if (!opened.ok) return failedBy(opened.failure);
  const association = opened.value;
  try {
    return await seriesHeads(association, link, study);
  } finally {
    await association.release();
  }
}

async function askLevels(association: Association, link: PacsLink, study: string): Promise<Asked> {
  const key = { [Tag.StudyInstanceUID]: study };
  const { assumedCharset } = link;
  const studies = await association.find({ level: 'STUDY', keys: { ...STUDY_KEYS, ...key }, assumedCharset });
  if (!studies.ok) return failedBy(studies.failure);
  // A PACS that ignores the key must not give us somebody else's study.
  const found = studies.value.find((answer) => answer.getString(Tag.StudyInstanceUID) === study);
  if (!found) return { outcome: 'absent' };

  const heads = await seriesHeads(association, link, study);
  if ('outcome' in heads) return heads;
  const instances = link.relational
    ? await askWholeStudy(association, study)
    : await askBySeries(
        association,
        study,
        heads.map(({ uid }) => uid),
      );
  if (!(instances instanceof Map)) return instances;
  const ordered = inOrder(heads.map((head) => ({ ...head, instances: instances.get(head.uid) ?? [] })));
  return ordered.length === 0
    ? { outcome: 'absent' }
    : { outcome: 'found', study: { uid: study, ...readStudy(found), series: ordered } };
}

type Head = Omit<FoundSeries, 'instances'>;

async function seriesHeads(
  association: Association,
  { assumedCharset }: PacsLink,
  study: string,
): Promise<readonly Head[] | Failed> {
  const keys = { ...SERIES_KEYS, [Tag.StudyInstanceUID]: study, [Tag.SeriesInstanceUID]: '' };
  const series = await association.find({ level: 'SERIES', keys, assumedCharset });
  if (!series.ok) return failedBy(series.failure);
  const heads = all(series.value.map(readSeries));
  return heads.ok ? heads.value : unusable(heads.missing);
}

type Instances = Map<string, ToldInstance[]>;

async function askBySeries(
  association: Association,
  study: string,
  series: readonly string[],
): Promise<Instances | Failed> {
  const instances: Instances = new Map();
  for (const uid of series) {
    const key = { [Tag.StudyInstanceUID]: study, [Tag.SeriesInstanceUID]: uid };
    const answers = await association.find({ level: 'IMAGE', keys: { ...IMAGE_KEYS, ...key } });
    if (!answers.ok) return failedBy(answers.failure);
    const read = all(answers.value.map(readInstance));
    if (!read.ok) return unusable(read.missing);
    instances.set(uid, read.value);
  }
  return instances;
}

/** One relational query for the whole study (PS3.4 §C.4.1.2.2.2): only where the link says that the PACS allows it. */
async function askWholeStudy(association: Association, study: string): Promise<Instances | Failed> {
  const keys = { ...IMAGE_KEYS, [Tag.StudyInstanceUID]: study, [Tag.SeriesInstanceUID]: '' };
  const answers = await association.find({ level: 'IMAGE', keys });
  if (!answers.ok) return failedBy(answers.failure);
  const instances: Instances = new Map();
  for (const answer of answers.value) {
    const series = answer.getString(Tag.SeriesInstanceUID);
    const read = readInstance(answer);
    if (!series) return unusable('Series Instance UID');
    if (!read.ok) return unusable(read.missing);
    const known = instances.get(series);
    if (known) known.push(read.value);
    else instances.set(series, [read.value]);
  }
  return instances;
}

const failedBy = (failure: PeerFailure): Failed => ({ outcome: 'failed', ...failureOf(failure), kind: failure.kind });

const unusable = (missing: string): Failed => ({
  outcome: 'failed',
  code: 'DRIM-304',
  detail: `answer without ${missing}`,
});

function all<T>(reads: readonly Read<T>[]): Read<T[]> {
  const values: T[] = [];
  for (const read of reads) {
    if (!read.ok) return read;
    values.push(read.value);
  }
  return { ok: true, value: values };
}
