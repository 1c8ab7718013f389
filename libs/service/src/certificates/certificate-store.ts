import { join } from 'node:path';
import { pemFilesIn, textOf } from '../files/pem-files.js';
import { type FileWatch, WATCH_MILLISECONDS, watchFiles } from '../files/watch-files.js';
import type { Logger } from '../log/logger.js';
import { type CertificatePair, readPair } from './pair.js';

const SUFFIX = '.cert.pem';

/**
 * Certificate couples of a folder (`<name>.cert.pem` with `<name>.key.pem`), kept up to date while the service runs.
 * A couple that cannot be used is left out, or keeps its last good form until that one expires, and is said once.
 */
export class CertificateStore {
  private pairs = new Map<string, CertificatePair>();
  private anchorsPem: string | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly watch: FileWatch | undefined;

  /** @param directory undefined: the service has no store, every look-up is empty. */
  constructor(
    private readonly directory: string | undefined,
    private readonly logger: Logger,
    watchMilliseconds = WATCH_MILLISECONDS,
  ) {
    this.load();
    if (directory) {
      this.watch = watchFiles(
        () => this.files(),
        () => this.reload(),
        watchMilliseconds,
      );
    }
  }

  /** The usable couple of that name; an expired one is not usable. */
  get(name: string): CertificatePair | undefined {
    const pair = this.pairs.get(name);
    return pair && pair.notAfter > new Date() ? pair : undefined;
  }

  names(): ReadonlySet<string> {
    return new Set([...this.pairs.keys()].filter((name) => this.get(name)));
  }

  /** PEM of `ca.pem`: the authorities this service trusts outside the DRIMbox. */
  anchors(): string | undefined {
    return this.anchorsPem;
  }

  /** Last day of every couple, soonest first, expired ones included: the certificate calendar. */
  expiries(): { name: string; notAfter: Date }[] {
    return [...this.pairs]
      .map(([name, { notAfter }]) => ({ name, notAfter }))
      .toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime());
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.watch?.close();
  }

  private reload(): void {
    this.load();
    this.logger.info('certificates.loaded', { count: this.pairs.size });
    for (const listener of this.listeners) listener();
  }

  private load(): void {
    if (!this.directory) return;
    const pairs = new Map<string, CertificatePair>();
    for (const file of this.files().filter((path) => path.endsWith(SUFFIX))) {
      const name = file.slice(this.directory.length + 1, -SUFFIX.length);
      const read = readPair(textOf(file), textOf(join(this.directory, `${name}.key.pem`)));
      if (!read.ok) this.logger.error('certificate.refused', { certificate: name, fault: read.fault });
      // Files of a couple are replaced one after the other: between the two, the old couple still serves.
      const pair = read.ok ? read.pair : this.pairs.get(name);
      if (pair) pairs.set(name, pair);
    }
    this.pairs = pairs;
    this.anchorsPem = textOf(join(this.directory, 'ca.pem')) || undefined;
  }

  private files(): string[] {
    return this.directory === undefined ? [] : pemFilesIn(this.directory);
  }
}
