import type { ErrorCode, FoundInstance, FoundSeries, FoundStudy, PacsLink } from '@drimbox/contracts';
import { type Association, FIND_CONTEXT, openAssociation, type Peer, type PeerFailure, Tag } from '@drimbox/dicom';
import {
  IMAGE_KEYS,
  inOrder,
  type Read,
  readInstance,
  readSeries,
  readStudy,
  SERIES_KEYS,
  STUDY_KEYS,
} from './found-study.js';

export type Found =
  | { outcome: 'found'; study: FoundStudy }
  | { outcome: 'absent' }
  | { outcome: 'failed'; code: ErrorCode; detail: string };

/** PACS failures in the words of the error table. */
const CODES: Readonly<Record<PeerFailure['kind'], ErrorCode>> = {
  unreachable: 'DRIM-300',
  timeout: 'DRIM-301',
  rejected: 'DRIM-302',
  aborted: 'DRIM-300',
  refused: 'DRIM-303',
  malformed: 'DRIM-304',
  limit: 'DRIM-304',
  cancelled: 'DRIM-300',
};

export const failureOf = ({ kind, detail, status }: PeerFailure): { code: ErrorCode; detail: string } => ({
  code: CODES[kind],
  detail: status === undefined ? detail : `${detail} (${status.toString(16).padStart(4, '0')}H)`,
});

export const peerOf = (link: PacsLink): Peer => ({
  host: link.host,
  port: link.port,
  calledAe: link.calledAe,
  callingAe: link.callingAe,
  timers: {
    connect: link.connectSeconds * 1000,
    associate: link.answerSeconds * 1000,
    answer: link.answerSeconds * 1000,
  },
});

/** What a PACS holds of one study, asked level by level on one association (PS3.4 §C.4.1; hierarchical SCPs allow nothing else). */
export async function askPacs(link: PacsLink, study: string): Promise<Found> {
  const opened = await openAssociation(peerOf(link), [FIND_CONTEXT]);
  if (!opened.ok) return { outcome: 'failed', ...failureOf(opened.failure) };
  const association = opened.value;
  try {
    return await askStudy(association, link, study);
  } finally {
    await association.release();
  }
}

async function askStudy(association: Association, link: PacsLink, study: string): Promise<Found> {
  const key = { [Tag.StudyInstanceUID]: study };
  const { assumedCharset } = link;
  const studies = await association.find({ level: 'STUDY', keys: { ...STUDY_KEYS, ...key }, assumedCharset });
  if (!studies.ok) return { outcome: 'failed', ...failureOf(studies.failure) };
  // A PACS that ignores the key must not give us somebody else's study.
  const found = studies.value.find((answer) => answer.getString(Tag.StudyInstanceUID) === study);
  if (!found) return { outcome: 'absent' };

  const series = await association.find({
    level: 'SERIES',
    keys: { ...SERIES_KEYS, ...key, [Tag.SeriesInstanceUID]: '' },
    assumedCharset,
  });
  if (!series.ok) return { outcome: 'failed', ...failureOf(series.failure) };
  const heads = all(series.value.map(readSeries));
  if (!heads.ok) return unusable(heads.missing);
  const instances = link.relational
    ? await askWholeStudy(association, study)
    : await askBySeries(
        association,
        study,
        heads.value.map(({ uid }) => uid),
      );
  if (!(instances instanceof Map)) return instances;
  const filled = heads.value.map((head): FoundSeries => ({ ...head, instances: instances.get(head.uid) ?? [] }));
  const ordered = inOrder(filled);
  return ordered.length === 0
    ? { outcome: 'absent' }
    : { outcome: 'found', study: { uid: study, ...readStudy(found), series: ordered, keyObjects: [] } };
}

type Instances = Map<string, FoundInstance[]>;
type Failed = Extract<Found, { outcome: 'failed' }>;

async function askBySeries(
  association: Association,
  study: string,
  series: readonly string[],
): Promise<Instances | Failed> {
  const instances: Instances = new Map();
  for (const uid of series) {
    const key = { [Tag.StudyInstanceUID]: study, [Tag.SeriesInstanceUID]: uid };
    const answers = await association.find({ level: 'IMAGE', keys: { ...IMAGE_KEYS, ...key } });
    if (!answers.ok) return { outcome: 'failed', ...failureOf(answers.failure) };
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
  if (!answers.ok) return { outcome: 'failed', ...failureOf(answers.failure) };
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
