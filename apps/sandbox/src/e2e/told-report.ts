import type { ExamDetail } from '@drimbox/contracts';
import type { DmpEntry } from '../mesh/dmp-desk.js';
import type { Mesh } from '../mesh/mesh.js';
import type { ReportOf } from '../mesh/report-of.js';
import type { MessageKind } from '../ris/message/report-message.js';
import type { Study } from '../studies/generate-study.js';
import { documentId, hashedUid } from '../studies/numbering.js';
import { sendReport } from './play.js';

/** How a message of a report differs from its first one. */
export interface Telling extends Omit<Partial<ReportOf>, 'document' | 'intent' | 'kind'> {
  readonly site?: number;
}

/** One report as its RIS tells it: versions of one set, each with its document id, numbered from 1. */
export class ToldReport {
  constructor(
    private readonly mesh: Mesh,
    private readonly number: number,
    private readonly kind: MessageKind = 'ORU',
  ) {}

  /** Version 1 is a first transmission, any later one a replacement of the one before. */
  version(version: number, studies: readonly Study[], telling: Telling = {}): Promise<void> {
    return this.tell(version, version === 1 ? 'new' : 'replace', studies, telling);
  }

  /** A replacement that changes the visibility only (MODIF_CONF_CODE, interop §1.1). */
  visibility(version: number, studies: readonly Study[], flags: ReportOf['flags']): Promise<void> {
    return this.version(version, studies, { flags: { ...flags, MODIF_CONF_CODE: true } });
  }

  withdraw(version: number, studies: readonly Study[], telling: Telling = {}): Promise<void> {
    return this.tell(version, 'withdraw', studies, telling);
  }

  private tell(
    version: number,
    intent: ReportOf['intent'],
    studies: readonly Study[],
    { cda, ...telling }: Telling,
  ): Promise<void> {
    const document = this.number * 100 + version;
    return sendReport(this.mesh, studies, {
      document,
      kind: this.kind,
      ...(intent && { intent }),
      ...telling,
      cda: {
        setId: hashedUid('told report', this.number),
        version,
        ...(version > 1 && { replaces: documentId(document - 1) }),
        ...cda,
      },
    });
  }
}

const STATUS_WORD = /[^:]+$/;

/** A pointer as the DMP shows it. */
export interface Shown {
  readonly status: string;
  readonly ins: string;
  /** Confidentiality codes after N. */
  readonly hidden: readonly string[];
}

/** Every pointer to a study that the DMP ever took, oldest first. */
export async function pointersOf(mesh: Mesh, study: string): Promise<Shown[]> {
  return (await mesh.entriesOf(study)).map(shownBy);
}

const shownBy = ({ status, patientId, confidentialityCodes }: DmpEntry): Shown => ({
  status: STATUS_WORD.exec(status)?.[0] ?? status,
  ins: patientId.split('^')[0] ?? '',
  hidden: confidentialityCodes.filter((code) => code !== 'N'),
});

/** Statuses of every pointer to a study, oldest first. */
export const statusesOf = async (mesh: Mesh, study: string): Promise<string[]> =>
  (await pointersOf(mesh, study)).map(({ status }) => status);

/** The exam of a study, at rest in that state: nothing is on its way, nothing is due. */
export async function examAtRest(mesh: Mesh, study: string, state: string): Promise<ExamDetail> {
  await mesh.settled();
  const exam = await mesh.exam(study);
  if (exam?.state !== state) throw new Error(`exam is ${exam?.state ?? 'unknown'}, not ${state}`);
  return exam;
}
