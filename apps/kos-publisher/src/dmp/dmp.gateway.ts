import { type Failure, failure, type Report } from '@drimbox/contracts';
import { CertificateStore, CONFIG, Lifecycle } from '@drimbox/service';
import {
  buildDeletion,
  buildVihf,
  currentEntry,
  DmpClient,
  type FindOutcome,
  loadSigner,
  newUniqueId,
  type RegistryEntry,
  type SendOptions,
  withReplacedEntry,
} from '@drimbox/xds';
import { Inject, Injectable } from '@nestjs/common';
import type { FrozenSubmission } from '../archive/frozen-submission.js';
import type { Settings } from '../config/settings.js';
import type { FrozenVersion } from '../pointer/pointer-store.js';
import type { Deleted, Looked, Sent } from '../pointer/pointer-world.js';
import { causedBy, vihfInput, xdsSettings } from './submission.js';
import { deletedOf, lookedOf, sentOf } from './verdicts.js';

type Current = { ok: true; entry: RegistryEntry | undefined } | { ok: false; failure: Failure };

/** The DMP, in the name of one structure at a time: its certificates, a fresh VIHF at each call. */
@Injectable()
export class DmpGateway {
  private readonly client: DmpClient;

  constructor(
    private readonly certificates: CertificateStore,
    lifecycle: Lifecycle,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {
    this.client = new DmpClient({
      repositoryUrl: settings.dmpRepositoryUrl,
      registryUrl: settings.dmpRegistryUrl,
      connectMs: settings.dmpConnectSeconds * 1000,
      answerMs: settings.dmpAnswerSeconds * 1000,
      connections: settings.workers,
    });
    lifecycle.onDrain('bus', 'DMP connections', () => this.client.close());
  }

  /** ITI-41: the archived bytes with a fresh VIHF. */
  async publish(version: FrozenVersion): Promise<Sent> {
    return this.provide(version, version.metadata.toString('utf8'));
  }

  /** ITI-41 with RPLC on the entryUUID that the replaced version has now: it changes at every metadata update (interop §6.1). */
  async replace(version: FrozenVersion, replaced: FrozenVersion): Promise<Sent> {
    const current = await this.current(replaced);
    if (!current.ok) return { kind: 'not-sent', failure: current.failure };
    if (!current.entry) return this.withoutTarget(version);
    const metadata = withReplacedEntry(version.metadata.toString('utf8'), current.entry.entryUuid);
    if (!metadata.ok) return { kind: 'refused', failure: failure('DRIM-403', metadata.problem) };
    return this.provide(version, metadata.value);
  }

  /** A target that is gone was replaced by this very version, when an earlier send was carried out late; else by others. */
  private async withoutTarget(version: FrozenVersion): Promise<Sent> {
    const looked = await this.look(version);
    switch (looked.kind) {
      case 'approved':
        return { kind: 'published' };
      case 'absent':
        return { kind: 'target-lost' };
      case 'gone':
        return { kind: 'unknown', failure: failure('DRIM-505') };
      case 'failed':
        return { kind: 'not-sent', failure: looked.failure };
    }
  }

  /** ITI-18: is the document there, with the same bytes? */
  async look(version: FrozenVersion): Promise<Looked> {
    const found = await this.find(version);
    return 'code' in found ? { kind: 'failed', failure: found } : lookedOf(found, version.submission.kosHash);
  }

  /** ITI-57 on the current entry (TD3.3c); an entry that is already gone is a success, whoever deleted it. */
  async delete(version: FrozenVersion, by: Report | undefined): Promise<Deleted> {
    const current = await this.current(version);
    if (!current.ok) return { kind: 'failed', failure: current.failure, sent: false };
    if (!current.entry) return { kind: 'deleted' };
    const submission = causedBy(version.submission, by);
    const deletion = buildDeletion(
      {
        now: new Date(),
        submissionSetUniqueId: newUniqueId(),
        sourceId: this.settings.xdsSourceId,
        patient: { ins: { value: submission.patient.ins, oid: submission.patient.oid } },
        structure: { id: submission.structure.id, name: submission.structure.name },
        ...(submission.person && { author: submission.person }),
        entryUuid: current.entry.entryUuid,
      },
      xdsSettings(this.settings),
    );
    if (!deletion.ok)
      return {
        kind: 'failed',
        failure: failure('DRIM-410', deletion.problems.map(({ field }) => field).join(', ')),
        sent: false,
      };
    const options = this.optionsFor(submission);
    if ('code' in options) return { kind: 'failed', failure: options, sent: false };
    return deletedOf(await this.client.deleteEntry(deletion.value, options));
  }

  private async provide(version: FrozenVersion, metadataXml: string): Promise<Sent> {
    const options = this.optionsFor(version.submission);
    if ('code' in options) return { kind: 'not-sent', failure: options };
    const frozen = { kos: version.kos, metadataXml, signatureXml: version.signature.toString('utf8') };
    return sentOf(await this.client.provideAndRegister(frozen, options));
  }

  /** The Approved entry of a version; undefined when it is no longer (or not) in the DMP. */
  private async current(version: FrozenVersion): Promise<Current> {
    const found = await this.find(version);
    if ('code' in found) return { ok: false, failure: found };
    const looked = lookedOf(found, version.submission.kosHash);
    if (looked.kind === 'failed') return { ok: false, failure: looked.failure };
    return { ok: true, entry: found.outcome === 'found' ? currentEntry(found.entries) : undefined };
  }

  private async find(version: FrozenVersion): Promise<FindOutcome | Failure> {
    const options = this.optionsFor(version.submission);
    return 'code' in options ? options : this.client.findByUniqueId(version.kosUid, options);
  }

  private optionsFor(submission: FrozenSubmission): SendOptions | Failure {
    const auth = this.certificates.get(submission.authCertificate);
    const sign = this.certificates.get(submission.signCertificate);
    const ca = this.certificates.anchors();
    if (!auth || !sign || !ca) return failure('DRIM-404', `structure ${submission.structure.id}`);
    const vihf = buildVihf(
      vihfInput(submission, this.settings),
      loadSigner({ key: sign.key, certificate: sign.cert }),
      {
        now: new Date(),
        settings: xdsSettings(this.settings),
      },
    );
    return { vihf, tls: { key: auth.key, cert: auth.cert, ca } };
  }
}
