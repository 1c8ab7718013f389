import {
  CONFIG,
  errorFields,
  Lifecycle,
  Logger,
  pemFilesIn,
  ProductionChecks,
  textOf,
  watchFiles,
} from '@drimbox/service';
import { type Authorities, type Certificate, formatDn, readAuthorities, readCertificate } from '@drimbox/trust';
import { Inject, Injectable } from '@nestjs/common';
import { basename } from 'node:path';
import type { Settings } from '../config/settings.js';

const SUFFIX = '.cert.pem';
const ANCHORS = 'ca.pem';
const SANDBOX = /sandbox/i;

/**
 * Public halves of certificates: the authorities in `ca.pem`, and what the DRIMbox serves, `<name>.cert.pem`, by the
 * names of the registry. `<name>.next.cert.pem` is the one that will replace it. Reloaded when they change; an anchors
 * file that cannot be read never replaces the last good one.
 */
@Injectable()
export class PublicCertificates {
  private authoritiesNow: Authorities = { anchors: [], intermediates: [] };
  private certificates = new Map<string, Certificate>();
  private readonly listeners = new Set<() => void>();

  constructor(
    @Inject(CONFIG) private readonly settings: Settings,
    private readonly logger: Logger,
    lifecycle: Lifecycle,
    checks: ProductionChecks,
  ) {
    this.load();
    const watch = watchFiles(
      () => this.files(),
      () => {
        this.load();
        for (const listener of this.listeners) listener();
      },
    );
    lifecycle.onDrain('intake', 'public certificates', () => watch.close());
    checks.add(() => this.faults());
  }

  get authorities(): Authorities {
    return this.authoritiesNow;
  }

  get(name: string): Certificate | undefined {
    return this.certificates.get(name);
  }

  all(): ReadonlyMap<string, Certificate> {
    return this.certificates;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private load(): void {
    const certificates = new Map<string, Certificate>();
    for (const file of this.files()) {
      if (file.endsWith(`/${ANCHORS}`)) this.loadAnchors(file);
      else {
        const name = file.slice(this.settings.publicCertificatesDir.length + 1, -SUFFIX.length);
        const certificate = readCertificate(textOf(file)) ?? this.certificates.get(name);
        if (certificate) certificates.set(name, certificate);
        else this.logger.error('certificate.refused', { certificate: name, fault: 'no certificate' });
      }
    }
    this.certificates = certificates;
  }

  private loadAnchors(file: string): void {
    try {
      const read = readAuthorities(textOf(file));
      if (read.anchors.length === 0) throw new RangeError('no self-signed authority');
      this.authoritiesNow = read;
    } catch (error) {
      this.logger.error('anchors.refused', errorFields(error));
    }
  }

  /** Without anchors nothing can be verified; those of the sandbox, or that are no authorities, would verify anything. */
  private faults(): string[] {
    const { anchors, intermediates } = this.authoritiesNow;
    if (anchors.length === 0) return [`${ANCHORS} of DRIMBOX_PUBLIC_CERTIFICATES_DIR holds no anchor`];
    return [...anchors, ...intermediates].flatMap(({ subject, basicConstraints }) => {
      const name = formatDn(subject);
      if (SANDBOX.test(name)) return [`anchor "${name}" comes from the sandbox`];
      return basicConstraints?.ca ? [] : [`anchor "${name}" is no authority`];
    });
  }

  private files(): string[] {
    return pemFilesIn(this.settings.publicCertificatesDir).filter((file) => {
      const name = basename(file);
      return name === ANCHORS || name.endsWith(SUFFIX);
    });
  }
}
