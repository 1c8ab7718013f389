import type { ErrorCode } from '@drimbox/contracts';
import type { ServerResponse } from 'node:http';
import type { AccessEnd } from './journal/access.js';

/** The answer can take no more: the peer has gone, has stalled, or was cut by us. */
export class OutletClosed extends Error {
  override readonly name = 'OutletClosed';

  constructor(
    readonly outcome: 'cancelled' | 'failed',
    readonly code: ErrorCode | undefined,
  ) {
    super(code ?? outcome);
  }
}

/** How an answer ended that was closed before its end. */
export const closedAs = ({ outcome, code }: OutletClosed): Pick<AccessEnd, 'outcome' | 'code'> => ({
  outcome,
  ...(code !== undefined && { code }),
});

/** What may wait to be encrypted and sent: small pieces leave together, and the PACS's side goes on meanwhile. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Writes an answer at the pace of its reader; buffers pass by reference, those of one call in one go. */
export class Outlet {
  bytes = 0;
  private closed: OutletClosed | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly stallMilliseconds: number,
  ) {
    response.on('drain', () => this.wake?.());
    response.on('close', () => this.end(new OutletClosed('cancelled', 'DRIM-315')));
    response.on('error', () => this.end(new OutletClosed('cancelled', 'DRIM-315')));
  }

  /** Why it can take no more. */
  get reason(): OutletClosed | undefined {
    return this.closed;
  }

  get begun(): boolean {
    return this.response.headersSent;
  }

  /** Nobody is there to be answered. */
  get gone(): boolean {
    return this.response.destroyed;
  }

  begin(contentType: string, headers: Readonly<Record<string, string>> = {}): void {
    this.response.writeHead(200, {
      'content-type': contentType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
  }

  /** Returns once the reader can take more. @throws OutletClosed */
  async send(buffers: readonly Buffer[]): Promise<void> {
    if (this.closed) throw this.closed;
    this.response.cork();
    for (const buffer of buffers) {
      this.bytes += buffer.length;
      this.response.write(buffer);
    }
    this.response.uncork();
    if (this.response.writableLength >= MAX_WAITING_BYTES) await this.drained();
  }

  /** The only end that says that the answer is whole. */
  async finish(): Promise<void> {
    if (this.closed) throw this.closed;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      this.response.end(resolve);
    });
    if (!this.response.writableFinished) throw this.closed ?? new OutletClosed('cancelled', 'DRIM-315');
  }

  /** Breaks the connection off: a reader sees a truncated answer, never an end. */
  cut(code: ErrorCode): void {
    this.end(new OutletClosed('failed', code));
    // What has not begun can still be refused in words.
    if (this.begun) this.response.destroy();
  }

  private end(reason: OutletClosed): void {
    if (!this.response.writableFinished) this.closed ??= reason;
    this.wake?.();
  }

  private async drained(): Promise<void> {
    // 'drain' may have come, and the reader may have gone, while we were not looking.
    while (this.response.writableNeedDrain && !this.closed) {
      let timer: NodeJS.Timeout | undefined;
      const moved = await new Promise<boolean>((resolve) => {
        this.wake = () => resolve(true);
        timer = setTimeout(() => resolve(false), this.stallMilliseconds);
      });
      clearTimeout(timer);
      if (!moved) this.cut('DRIM-312');
    }
    if (this.closed) throw this.closed;
  }
}
