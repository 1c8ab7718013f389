import type { Mesh } from '../../mesh/mesh.js';
import { percentile } from '../common/statistics.js';
import { rounded } from '../common/outcome.js';
import type { Acknowledged } from './arrivals.js';

export const STEPS = ['ack', 'event', 'search', 'freeze', 'send', 'total'] as const;
type Step = (typeof STEPS)[number];

/** Milliseconds of one report on its way. */
export type Way = Readonly<Record<Step, number>>;

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

interface ExamTimes {
  readonly taken: number;
  readonly found: number;
  readonly sent: number;
}

/**
 * The way of each report, from the times that the product and the DMP wrote down themselves (one machine, one clock):
 * ack: due to AA (the sender's clock); event: AA to the exam's first step (outbox, bus, fetch of the report); search: to
 * the PACS's answer; freeze: to the archive and the signature being committed; send: to the DMP's registration.
 * total: AA to the DMP's registration. A report that is not in the DMP is not in the answer.
 */
export async function waysOf(mesh: Mesh, acknowledged: readonly Acknowledged[]): Promise<Way[]> {
  const [exams, registered] = await Promise.all([examTimes(mesh), registrations(mesh)]);
  return acknowledged.flatMap(({ study, dueAt, acknowledgedAt }) => {
    const exam = exams.get(study);
    const registeredAt = registered.get(study);
    if (!exam || registeredAt === undefined) return [];
    return [
      {
        ack: acknowledgedAt - dueAt,
        event: exam.taken - acknowledgedAt,
        search: exam.found - exam.taken,
        freeze: exam.sent - exam.found,
        send: registeredAt - exam.sent,
        total: registeredAt - acknowledgedAt,
      },
    ];
  });
}

export const spreadOf = (ways: readonly Way[], step: Step): Spread => {
  const values = ways.map((way) => way[step]);
  return {
    p50: rounded(percentile(values, 0.5)),
    p95: rounded(percentile(values, 0.95)),
    max: rounded(percentile(values, 1)),
  };
};

/** `exam_step.at` and `dmp_attempt.started_at` are the start of their transaction: a step's time ends where its commit begins. */
async function examTimes(mesh: Mesh): Promise<Map<string, ExamTimes>> {
  const lines = await mesh.sql(
    'kos-publisher',
    `select study, extract(epoch from taken.at) * 1000, extract(epoch from found.at) * 1000,
            extract(epoch from (select min(started_at) from dmp_attempt join kos_version on kos_version.id = kos_version_id
                                 where exam_id = exam.id)) * 1000
       from exam
       join exam_step taken on taken.exam_id = exam.id and taken.event = 'report.new'
       join exam_step found on found.exam_id = exam.id and found.event = 'pacs.found'`,
  );
  return new Map(
    lines.map((line) => {
      const [study = '', ...times] = line.split('|');
      const [taken = NaN, found = NaN, sent = NaN] = times.map(Number);
      return [study, { taken, found, sent }];
    }),
  );
}

/** When the DMP's ledger says that each study's pointer was registered. */
async function registrations(mesh: Mesh): Promise<Map<string, number>> {
  const response = await fetch(`${mesh.stack.dmp.deskUrl}/submissions`);
  const lines = (await response.json()) as { at: string; verdict: string; uniqueIds?: string[] }[];
  const at = new Map<string, number>();
  for (const line of lines) {
    if (line.verdict === 'accepted') for (const id of line.uniqueIds ?? []) at.set(id, Date.parse(line.at));
  }
  const versions = await mesh.sql(
    'kos-publisher',
    'select study, kos_uid from kos_version join exam on exam.id = exam_id',
  );
  return new Map(
    versions.flatMap((line) => {
      const [study = '', uid = ''] = line.split('|');
      const registered = at.get(uid);
      return registered === undefined ? [] : [[study, registered] as const];
    }),
  );
}
