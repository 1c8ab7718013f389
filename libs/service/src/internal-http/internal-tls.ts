import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commonNameOf, readPair } from '../certificates/pair.js';
import { type FileWatch, WATCH_MILLISECONDS, watchFiles } from '../files/watch-files.js';
import type { Logger } from '../log/logger.js';

/** This service's identity inside the DRIMbox and the one authority that identifies the others. */
export interface TlsMaterial {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly notAfter: Date;
  readonly issuer: string;
}

export type TlsResult = { ok: true; tls: InternalTls } | { ok: false; fault: string };
export const INTERNAL_TLS_FILES = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' } as const;

/** Holds `ca.pem`, `cert.pem`, `key.pem` and follows their renewal; a bad renewal never replaces the last good one. */
export class InternalTls {
  private readonly listeners = new Set<() => void>();
  private readonly watch: FileWatch;

  private constructor(
    readonly directory: string,
    private readonly service: string,
    private material: TlsMaterial,
    private readonly logger: Logger,
    watchMilliseconds: number,
  ) {
    const files = Object.values(INTERNAL_TLS_FILES).map((file) => join(directory, file));
    this.watch = watchFiles(
      () => files,
      () => this.reload(),
      watchMilliseconds,
    );
  }

  /** @param service the certificate's CN must be this name: it is what the others will recognise. */
  static open(directory: string, service: string, logger: Logger, watchMilliseconds = WATCH_MILLISECONDS): TlsResult {
    const read = readMaterial(directory, service);
    if (!read.ok) return read;
    return { ok: true, tls: new InternalTls(directory, service, read.material, logger, watchMilliseconds) };
  }

  get current(): TlsMaterial {
    return this.material;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.watch.close();
  }

  private reload(): void {
    const read = readMaterial(this.directory, this.service);
    if (!read.ok) return this.logger.error('internal-tls.refused', { fault: read.fault });
    this.material = read.material;
    this.logger.info('internal-tls.loaded', { notAfter: read.material.notAfter.toISOString() });
    for (const listener of this.listeners) listener();
  }
}

function readMaterial(
  directory: string,
  service: string,
): { ok: true; material: TlsMaterial } | { ok: false; fault: string } {
  let ca: string, cert: string, key: string;
  try {
    [ca, cert, key] = (['ca', 'cert', 'key'] as const).map((part) =>
      readFileSync(join(directory, INTERNAL_TLS_FILES[part]), 'utf8'),
    ) as [string, string, string];
  } catch {
    return { ok: false, fault: 'ca.pem, cert.pem and key.pem cannot all be read' };
  }
  const read = readPair(cert, key);
  if (!read.ok) return read;
  const { leaf, notAfter } = read.pair;
  if (commonNameOf(leaf) !== service) return { ok: false, fault: `the certificate is not ${service}'s (CN)` };
  if (!ca.includes('BEGIN CERTIFICATE')) return { ok: false, fault: 'ca.pem holds no certificate' };
  return { ok: true, material: { ca, cert, key, notAfter, issuer: leaf.issuer } };
}
