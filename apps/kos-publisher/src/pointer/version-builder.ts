import { randomUUID } from 'node:crypto';
import { type Failure, failure, findPacsLink, type FoundStudy, type Structure } from '@drimbox/contracts';
import { DatasetError } from '@drimbox/dicom';
import { CertificateStore, CONFIG, Logger, SiteRegistryHolder } from '@drimbox/service';
import { loadSigner, REPLACED_ENTRY, type Signer } from '@drimbox/xds';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { frozenSubmission, submissionOf } from '../dmp/submission.js';
import { type BuiltKos, kosOfStudy, type KosSources } from '../kos/kos-of-study.js';
import { matchOrder } from '../kos/order-match.js';
import { chooseStructure } from '../kos/structure.js';
import { visibilityOfSet } from '../kos/visibility.js';
import type { PointerVersion } from '../life/plan.js';
import type { LiveHead } from '../life/wanted.js';
import type { Exam } from './pointer-store.js';
import type { Built } from './pointer-world.js';

/** Builds and signs one version of a pointer from its live reports and what the PACS holds. No contact, no table. */
@Injectable()
export class VersionBuilder {
  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: CertificateStore,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @param replaces the version it takes the place of in the DMP. */
  build(exam: Exam, heads: readonly LiveHead[], study: FoundStudy, replaces: PointerVersion | undefined): Built {
    const [basis] = heads;
    if (!basis) return refused(failure('DRIM-403', 'no live report'));
    const { report, lineage } = basis;
    const known = findPacsLink(this.registry.current, exam.pacsLink);
    if (!known) return refused(failure('DRIM-404', `PACS link ${exam.pacsLink} is not in the registry`));
    const chosen = chooseStructure(report, this.registry.current, this.settings.structurePreference);
    if (!chosen.ok) return refused(chosen.failure);
    const { structure, differs } = chosen.chosen;
    if (differs) {
      this.logger.info('exam.structures-differ', { exam: exam.id, code: 'DRIM-405', structure: structure.id });
    }
    const signer = this.signerOf(structure);
    if (!signer) return refused(failure('DRIM-404', `structure ${structure.id}`));
    const order = matchOrder(report, study, known.link.accessionAuthority);
    if (!order.ok) return refused(order.failure);

    const instanceNumber = (replaces?.instanceNumber ?? 0) + 1;
    const kos = this.kosOf({
      report,
      study,
      order: order.order,
      link: known.link,
      structure,
      instanceNumber,
      now: new Date(),
    });
    if ('code' in kos) return refused(kos);
    const visibility = visibilityOfSet(
      heads.map((head) => head.report.visibility),
      this.settings.visibilityOfSet,
    );
    const modalities = study.series.map((series) => series.modality);
    const sources = { report, study: study.uid, modalities, order: order.order, structure, visibility, kos };
    const replaced = replaces && REPLACED_ENTRY;
    const submission = submissionOf({ ...sources, replaces: replaced }, signer, this.settings);
    if (!submission.ok) return refused(submission.failure);
    return {
      ok: true,
      version: {
        id: randomUUID(),
        examId: exam.id,
        kosUid: kos.uid,
        kos: kos.bytes,
        metadata: Buffer.from(submission.value.metadataXml, 'utf8'),
        signature: Buffer.from(submission.value.signatureXml, 'utf8'),
        submission: frozenSubmission(submission.value, sources),
        summary: kos.summary,
        visibility,
        identifiers: { ipp: report.patient.ipp?.value, accession: order.order.accession?.extension },
        lineage,
        reportId: report.id,
        instanceNumber,
        replaces: replaces?.id ?? null,
      },
    };
  }

  private kosOf(sources: KosSources): BuiltKos | Failure {
    try {
      return kosOfStudy(sources, this.settings);
    } catch (error) {
      if (error instanceof DatasetError) return failure('DRIM-403', error.message);
      throw error;
    }
  }

  private signerOf({ signCertificate }: Structure): Signer | undefined {
    const pair = this.certificates.get(signCertificate);
    return pair && loadSigner({ key: pair.key, certificate: pair.cert });
  }
}

const refused = (cause: Failure): Built => ({ ok: false, failure: cause });
