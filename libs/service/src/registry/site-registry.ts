import { readRegistry, type RegistryResult, type SiteRegistry } from '@drimbox/contracts';
import { readFileSync } from 'node:fs';
import { type FileWatch, WATCH_MILLISECONDS, watchFiles } from '../files/watch-files.js';
import type { Logger } from '../log/logger.js';

export interface RegistryOptions {
  readonly file: string;
  readonly logger: Logger;
  /** Names the registry's certificates are checked against; not checked when absent. */
  readonly certificates?: () => ReadonlySet<string>;
  readonly watchMilliseconds?: number;
}

export type RegistryListener = (registry: SiteRegistry) => void;

const MAX_BYTES = 16 * 1024 * 1024;

/** The sites this DRIMbox serves, always the last good version of the file (architecture, rule 4). */
export class SiteRegistryHolder {
  private readonly listeners = new Set<RegistryListener>();
  private readonly watch: FileWatch;

  private constructor(
    private registry: SiteRegistry,
    private readonly options: RegistryOptions,
  ) {
    this.watch = watchFiles(
      () => [options.file],
      () => this.reload(),
      options.watchMilliseconds ?? WATCH_MILLISECONDS,
    );
  }

  /** Reads the file for the first time; a bad first file means no start, with every fault said. */
  static open(options: RegistryOptions): { ok: true; holder: SiteRegistryHolder } | { ok: false; faults: string[] } {
    const read = readFile(options);
    return read.ok ? { ok: true, holder: new SiteRegistryHolder(read.registry, options) } : read;
  }

  get current(): SiteRegistry {
    return this.registry;
  }

  /** Told of each later version. Returns the way to stop listening. */
  onChange(listener: RegistryListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads the file again; a bad file is said fault by fault and changes nothing. */
  reload(): void {
    const { logger } = this.options;
    const read = readFile(this.options);
    if (!read.ok) {
      for (const fault of read.faults) logger.error('registry.refused', { fault });
      return;
    }
    this.registry = read.registry;
    logger.info('registry.loaded', { count: read.registry.sites.length });
    for (const listener of this.listeners) listener(read.registry);
  }

  close(): void {
    this.watch.close();
  }
}

function readFile({ file, certificates }: RegistryOptions): RegistryResult {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch {
    return { ok: false, faults: ['the registry file cannot be read'] };
  }
  if (text.length > MAX_BYTES) return { ok: false, faults: [`the registry file exceeds ${MAX_BYTES} bytes`] };
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch {
    return { ok: false, faults: ['the registry file is not JSON'] };
  }
  return readRegistry(json, certificates?.());
}
