import type { Wanted } from '../life/wanted.js';
import type { Exam, PointerTx } from './pointer-store.js';

/** The latest ones an event carries (contracts, `exam.projected`). */
export const MAX_FORMER = 1000;

/** Tells what the doors need to know: from the commit of a withdrawal on, the exam is not shown, whatever the DMP answers. */
export async function project(tx: PointerTx, exam: Exam, wanted: Wanted): Promise<void> {
  const versions = await tx.versions(exam.id);
  const current = versions.findLast(({ status }) => status === 'approved');
  await tx.project({
    examId: exam.id,
    site: exam.site,
    pacsLink: exam.pacsLink,
    study: exam.study,
    version: exam.version,
    shown: wanted.kind === 'pointer',
    invisiblePatient: wanted.kind === 'pointer' && wanted.visibility.invisiblePatient,
    kos: current?.kosUid ?? null,
    formerKos: versions
      .filter(({ status }) => status === 'replaced')
      .slice(-MAX_FORMER)
      .map(({ kosUid }) => kosUid),
  });
}
