import { randomUUID } from 'node:crypto';
import { failure } from '@drimbox/contracts';
import { visibilityOfSet } from '../kos/visibility.js';
import type { PointerVersion } from '../life/plan.js';
import type { LiveHead } from '../life/wanted.js';
import type { Built, Deleted, Looked, PointerWorld, Searched, Sent } from '../pointer/pointer-world.js';
import type { Exam, FrozenVersion } from '../pointer/pointer-store.js';
import { aStudy } from './fixtures.js';
import { codesOf } from './random-lives.js';

/** The process dies here: nothing after this point happens, nothing before it is undone. */
export class Crash extends Error {}

interface Entry {
  readonly uniqueId: string;
  readonly study: string;
  readonly ins: string;
  readonly codes: string;
  status: 'Approved' | 'Deprecated' | 'Deleted';
}

export type Fault = 'none' | 'not-sent' | 'lost-answer' | 'crash-before' | 'crash-after' | 'refused-look';

/** PACS and DMP in memory; `fault` decides what goes wrong at each contact with the DMP. */
export class MemoryWorld implements PointerWorld {
  readonly entries: Entry[] = [];
  /** Everything the DMP accepted, to see that nothing was published twice. */
  readonly accepted: string[] = [];

  constructor(public fault: () => Fault) {}

  approved(study: string): Entry[] {
    return this.entries.filter((entry) => entry.study === study && entry.status === 'Approved');
  }

  async search(exam: Exam): Promise<Searched> {
    const fault = this.fault();
    if (fault === 'crash-before') throw new Crash();
    if (fault === 'not-sent') return { ok: false, failure: failure('DRIM-300') };
    return { ok: true, study: aStudy({ uid: exam.study }), milliseconds: 1 };
  }

  build(exam: Exam, heads: readonly LiveHead[], _study: unknown, replaces: PointerVersion | undefined): Built {
    const [first] = heads;
    if (!first) return { ok: false, failure: failure('DRIM-403') };
    const id = randomUUID();
    return {
      ok: true,
      version: {
        id,
        examId: exam.id,
        kosUid: `2.25.${BigInt(`0x${id.replaceAll('-', '')}`)}`,
        kos: Buffer.from(id),
        metadata: Buffer.alloc(0),
        signature: Buffer.alloc(0),
        submission: {
          submissionSetUid: id,
          kosHash: id,
          structure: { id: '1990000001', vihfId: '1990000001', name: 'Alpha', sector: 'SA08' },
          authCertificate: 'a',
          signCertificate: 'b',
          patient: { ins: first.report.patient.ins.value, oid: first.report.patient.ins.oid },
          secretConnection: false,
        },
        summary: { series: 1, objects: [{ modality: 'CT', sopClass: '1.2.840.10008.5.1.4.1.1.2', instances: 1 }] },
        visibility: visibilityOfSet(
          heads.map(({ report }) => report.visibility),
          'most-restrictive',
        ),
        identifiers: {},
        lineage: first.lineage,
        reportId: first.report.id,
        instanceNumber: (replaces?.instanceNumber ?? 0) + 1,
        replaces: replaces?.id ?? null,
      },
    };
  }

  async look(version: FrozenVersion): Promise<Looked> {
    const fault = this.fault();
    if (fault === 'crash-before' || fault === 'crash-after') throw new Crash();
    if (fault !== 'none') return { kind: 'failed', failure: failure('DRIM-500') };
    const entry = this.find(version);
    if (!entry) return { kind: 'absent' };
    return { kind: entry.status === 'Approved' ? 'approved' : 'gone' };
  }

  async send(version: FrozenVersion, replaced: FrozenVersion | undefined): Promise<Sent> {
    const fault = this.fault();
    if (fault === 'crash-before') throw new Crash();
    if (fault === 'not-sent') return { kind: 'not-sent', failure: failure('DRIM-500') };
    if (this.find(version)) return { kind: 'unknown', failure: failure('DRIM-505') };
    const target = replaced && this.find(replaced);
    if (replaced && target?.status !== 'Approved') return { kind: 'target-lost' };
    if (target) target.status = 'Deprecated';
    const study = this.studyOf(version);
    this.entries.push({
      uniqueId: version.kosUid,
      study,
      ins: version.submission.patient.ins,
      codes: codesOf(version.visibility),
      status: 'Approved',
    });
    this.accepted.push(version.kosUid);
    if (fault === 'crash-after') throw new Crash();
    return fault === 'lost-answer' ? { kind: 'unknown', failure: failure('DRIM-501') } : { kind: 'published' };
  }

  async delete(version: FrozenVersion): Promise<Deleted> {
    const fault = this.fault();
    if (fault === 'crash-before') throw new Crash();
    if (fault === 'not-sent') return { kind: 'failed', failure: failure('DRIM-500'), sent: false };
    const entry = this.find(version);
    if (entry?.status === 'Approved') entry.status = 'Deleted';
    if (fault === 'crash-after') throw new Crash();
    return fault === 'lost-answer' ? { kind: 'failed', failure: failure('DRIM-501'), sent: true } : { kind: 'deleted' };
  }

  /** The exams of the test, by id: the DMP's entries name studies. */
  readonly studies = new Map<string, string>();

  private studyOf({ examId }: FrozenVersion): string {
    return this.studies.get(examId) ?? examId;
  }

  private find({ kosUid }: FrozenVersion): Entry | undefined {
    return this.entries.find(({ uniqueId }) => uniqueId === kosUid);
  }
}
