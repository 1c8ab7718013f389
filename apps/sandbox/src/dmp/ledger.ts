import { LIMITS } from './dmp-rules.js';
import type { Operation } from './operation.js';
import type { RegistryError } from './verdict.js';

/** One request that reached the DMP, or a TLS handshake it refused. */
export interface LedgerLine {
  readonly at: string;
  readonly endpoint: string;
  /** accepted: Success. refused: RegistryResponse Failure. fault: SOAP fault. rejected: HTTP or TLS. error: ours. */
  readonly verdict: 'accepted' | 'refused' | 'fault' | 'rejected' | 'error';
  readonly codes: readonly string[];
  readonly contexts: readonly string[];
  readonly schema?: 'valid' | 'invalid' | 'unavailable';
  readonly messageId?: string;
  readonly clientStructure?: string;
  /** In whose name it was made: Subject of the VIHF. */
  readonly subject?: string;
  /** What was asked for; absent when the request does not say. */
  readonly operation?: Operation;
  /** Documents submitted, asked for or deleted. */
  readonly uniqueIds?: readonly string[];
  /** Entries replaced, deleted or asked for. */
  readonly entryUuids?: readonly string[];
  /** The behaviour on demand that the request met. */
  readonly behaviour?: string;
  readonly bytes?: number;
}

/** The last LIMITS.submissionsKept requests. */
export class Ledger {
  private lines: LedgerLine[] = [];

  add(line: LedgerLine): void {
    this.lines.push(line);
    if (this.lines.length > LIMITS.submissionsKept) this.lines.shift();
  }

  all(): readonly LedgerLine[] {
    return this.lines;
  }

  clear(): void {
    this.lines = [];
  }
}

export const codesAndContexts = (errors: readonly RegistryError[]): { codes: string[]; contexts: string[] } => ({
  codes: errors.map(({ code }) => code),
  contexts: errors.map(({ context }) => context),
});
