import { type Failure, failure } from '@drimbox/contracts';
import { CertificateStore, CONFIG, Lifecycle } from '@drimbox/service';
import { buildVihf, DmpClient, loadSigner, type SendOptions } from '@drimbox/xds';
import { Inject, Injectable } from '@nestjs/common';
import type { FrozenSubmission, FrozenVersion } from '../archive/frozen-version.js';
import type { Settings } from '../config/settings.js';
import { type DmpVerdict, lookVerdict, sendVerdict } from './send-result.js';
import { vihfInput, xdsSettings } from './submission.js';

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

  /** Host of the repository, for the audit. */
  get address(): string {
    return new URL(this.settings.dmpRepositoryUrl).host;
  }

  /** ITI-41: the archived bytes with a fresh VIHF. */
  async send(version: FrozenVersion): Promise<DmpVerdict> {
    const options = this.optionsFor(version.submission);
    if ('code' in options) return { attempt: 'not-sent', published: false, lasting: false, failure: options };
    const { kos, metadata, signature } = version;
    const frozen = { kos, metadataXml: metadata.toString('utf8'), signatureXml: signature.toString('utf8') };
    return sendVerdict(await this.client.provideAndRegister(frozen, options));
  }

  /** ITI-18: is the document already there, with the same bytes? */
  async look(version: FrozenVersion): Promise<DmpVerdict> {
    const options = this.optionsFor(version.submission);
    if ('code' in options) return { attempt: 'unknown', published: false, lasting: false, failure: options };
    const found = await this.client.findByUniqueId(version.kosUid, options);
    return lookVerdict(found, version.submission.kosHash);
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
