import { randomUUID } from 'node:crypto';
import {
  DrimError,
  type Failure,
  failure,
  findPacsLink,
  type FoundStudy,
  type Report,
  type Structure,
} from '@drimbox/contracts';
import { DatasetError } from '@drimbox/dicom';
import type { Sql } from '@drimbox/persistence';
import { CertificateStore, CONFIG, Logger, SiteRegistryHolder } from '@drimbox/service';
import { loadSigner, type Signer, XdsError } from '@drimbox/xds';
import { Inject, Injectable } from '@nestjs/common';
import { ArchiveRepository } from '../archive/archive.repository.js';
import type { Settings } from '../config/settings.js';
import { frozenSubmission, submissionOf, type SubmissionSources } from '../dmp/submission.js';
import { type BuiltKos, kosOfStudy, type KosSources } from '../kos/kos-of-study.js';
import { matchOrder } from '../kos/order-match.js';
import { chooseStructure } from '../kos/structure.js';
import { visibilityOfSet } from '../kos/visibility.js';
import type { Exam } from './exam.js';

/** Builds, signs and archives one version of a pointer, in the transaction that makes it due to be sent. */
@Injectable()
export class FreezeService {
  constructor(
    private readonly archive: ArchiveRepository,
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: CertificateStore,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /**
   * @param reports the exam's live reports, oldest first, read under the exam's lock.
   * @returns why no version could be made; nothing is archived then.
   */
  async freeze(tx: Sql, exam: Exam, reports: readonly Report[], study: FoundStudy): Promise<Failure | undefined> {
    const [report] = reports;
    if (!report) return failure('DRIM-403', 'no live report');
    const known = findPacsLink(this.registry.current, exam.pacsLink);
    if (!known) return failure('DRIM-404', `PACS link ${exam.pacsLink} is not in the registry`);
    const chosen = chooseStructure(report, this.registry.current, this.settings.structurePreference);
    if (!chosen.ok) return chosen.failure;
    const { structure, differs } = chosen.chosen;
    if (differs)
      this.logger.info('exam.structures-differ', { exam: exam.id, code: 'DRIM-405', structure: structure.id });
    const signer = this.signerOf(structure);
    if (!signer) return failure('DRIM-404', `structure ${structure.id}`);
    const order = matchOrder(report, study);
    if (!order.ok) return order.failure;

    const visibility = visibilityOfSet(
      reports.map((one) => one.visibility),
      this.settings.visibilityOfSet,
    );
    const kos = this.build({ report, study, order: order.order, link: known.link, structure, now: new Date() });
    if ('code' in kos) return kos;
    const modalities = study.series.map((series) => series.modality);
    const sources = { report, study: study.uid, modalities, order: order.order, structure, visibility, kos };
    const submission = submissionOf(sources, signer, this.settings);
    if (!submission.ok) return submission.failure;
    await this.keep(tx, exam, sources, submission.value);
    return undefined;
  }

  private build(sources: KosSources): BuiltKos | Failure {
    try {
      return kosOfStudy(sources, this.settings);
    } catch (error) {
      if (error instanceof DatasetError) return failure('DRIM-403', error.message);
      throw error;
    }
  }

  private keep(
    tx: Sql,
    exam: Exam,
    sources: SubmissionSources,
    submission: Extract<ReturnType<typeof submissionOf>, { ok: true }>['value'],
  ): Promise<void> {
    return this.archive.freeze(tx, {
      id: randomUUID(),
      examId: exam.id,
      kosUid: sources.kos.uid,
      kos: sources.kos.bytes,
      metadata: Buffer.from(submission.metadataXml, 'utf8'),
      signature: Buffer.from(submission.signatureXml, 'utf8'),
      submission: frozenSubmission(submission, sources),
      summary: sources.kos.summary,
      visibility: sources.visibility,
    });
  }

  private signerOf({ signCertificate }: Structure): Signer | undefined {
    const pair = this.certificates.get(signCertificate);
    if (!pair) return undefined;
    try {
      return loadSigner({ key: pair.key, certificate: pair.cert });
    } catch (error) {
      if (error instanceof XdsError) throw new DrimError('DRIM-404', error.message, { cause: error });
      throw error;
    }
  }
}
