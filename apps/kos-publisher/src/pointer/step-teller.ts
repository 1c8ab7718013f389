import { type Act, Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { Tx } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { FrozenVersion, Projection, StepTold } from './pointer-store.js';

type KosOperation = 'publish' | 'replace' | 'delete';

/** What a step leaves behind in the outboxes: the events that are counted, the projection, one audit record. */
@Injectable()
export class StepTeller {
  constructor(
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    @Inject(CONFIG) private readonly settings: Pick<Settings, 'dmpRepositoryUrl'>,
  ) {}

  async project(tx: Tx, { formerKos, invisiblePatient, ...projection }: Projection): Promise<void> {
    await tx.query(`update exam set shown = $2, invisible_to_subject = $3 where id = $1`, [
      projection.examId,
      projection.shown,
      invisiblePatient,
    ]);
    await this.outbox.add(tx, 'exam.projected', {
      ...projection,
      at: new Date().toISOString(),
      invisibleToSubject: invisiblePatient,
      formerKos: [...formerKos],
    });
  }

  async tell(tx: Tx, told: StepTold, version: FrozenVersion | undefined): Promise<void> {
    switch (told.event) {
      case 'dmp.accepted':
        if (version) await this.published(tx, told, version);
        return;
      case 'dmp.deleted':
        if (version) await this.deleted(tx, told, version);
        return;
      case 'pacs.found':
      case 'version.overtaken':
        return;
      default:
        await this.failed(tx, told, version);
    }
  }

  private async published(tx: Tx, { exam }: StepTold, version: FrozenVersion): Promise<void> {
    const [row] = await tx.query<{ attempts: number }>(
      `select count(*)::int as attempts from dmp_attempt where kos_version_id = $1`,
      [version.id],
    );
    const replaces = version.replaces !== null;
    const { series, objects } = version.summary;
    await this.outbox.add(tx, replaces ? 'kos.replaced' : 'kos.published', {
      ...headOf(exam),
      kos: version.kosUid,
      structure: version.submission.structure.id,
      series,
      objects: [...objects],
      bytes: version.kos.length,
      attempts: Math.max(1, row?.attempts ?? 1),
      millisecondsSinceReport: exam.firstReportAt ? Math.max(0, Date.now() - exam.firstReportAt.getTime()) : 0,
    });
    await this.audit.record(tx, this.act(exam, version, replaces ? 'kosUpdated' : 'kosExported', undefined));
  }

  private async deleted(tx: Tx, { exam }: StepTold, version: FrozenVersion): Promise<void> {
    await this.outbox.add(tx, 'kos.withdrawn', {
      ...headOf(exam),
      kos: version.kosUid,
      structure: version.submission.structure.id,
    });
    await this.audit.record(tx, this.act(exam, version, 'kosUpdated', undefined));
  }

  private async failed(
    tx: Tx,
    { exam, event, cause, final }: StepTold,
    version: FrozenVersion | undefined,
  ): Promise<void> {
    const code = cause?.code ?? (event === 'dmp.lost' ? 'DRIM-507' : 'DRIM-505');
    const operation: KosOperation = event === 'dmp.not-deleted' ? 'delete' : version?.replaces ? 'replace' : 'publish';
    const phase = version ? 'dmp' : 'before-dmp';
    await this.outbox.add(tx, 'kos.failed', { ...headOf(exam), phase, operation, code, final });
    if (version)
      await this.audit.record(
        tx,
        this.act(exam, version, operation === 'publish' ? 'kosExported' : 'kosUpdated', code),
      );
  }

  private act(
    exam: StepTold['exam'],
    version: FrozenVersion,
    kind: 'kosExported' | 'kosUpdated',
    code: string | undefined,
  ): Act {
    const { patient, person, structure } = version.submission;
    return {
      kind,
      outcome: code ? OUTCOME.seriousFailure : OUTCOME.success,
      ...(code && { outcomeDescription: code }),
      site: exam.site,
      participants: [
        { userId: 'kos-publisher', requestor: true, alternativeId: structure.id },
        ...(person ? [{ userId: person.id, requestor: false }] : []),
        { userId: 'DMP', requestor: false, network: { address: new URL(this.settings.dmpRepositoryUrl).host } },
      ],
      objects: [
        { kind: 'patient', matricule: patient.ins, oid: patient.oid },
        { kind: 'document', uniqueId: version.kosUid },
        { kind: 'study', uid: exam.study },
      ],
    };
  }
}

const headOf = (exam: StepTold['exam']) => ({
  site: exam.site,
  at: new Date().toISOString(),
  examId: exam.id,
  version: exam.version,
  pacsLink: exam.pacsLink,
  study: exam.study,
});
