import type { Endpoint } from './faults.js';

/** One call a test provider received. Neither tokens nor secrets are kept. */
export interface LedgerLine {
  readonly at: string;
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly status: number;
  /** CN of the certificate that was shown, and why TLS does not trust it. */
  readonly certificate?: string;
  readonly distrust?: string;
  /** Why the call was refused. */
  readonly why?: string;
  /** The fault on demand it met. */
  readonly fault?: string;
}

const KEPT = 5000;

export class Ledger {
  private lines: LedgerLine[] = [];

  add(line: LedgerLine): void {
    this.lines.push(line);
    if (this.lines.length > KEPT) this.lines = this.lines.slice(-KEPT / 2);
  }

  all(): readonly LedgerLine[] {
    return this.lines;
  }

  clear(): void {
    this.lines = [];
  }
}
