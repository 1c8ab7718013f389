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

/**
 * Writes an answer at the pace of its reader; buffers pass by reference, those of one call in one go. A reader is stalled when it
 * takes nothing for so long of what waits for it; one that takes little, however much waits, is not.
 */
export class Outlet {
  bytes = 0;
  /** Given to the socket and not yet taken from it. */
  private waiting = 0;
  private closed: OutletClosed | undefined;
  private wake: (() => void) | undefined;

  constructor(
    private readonly response: ServerResponse,
    private readonly stallMilliseconds: number,
  ) {
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
    for (const lot of lotsOf(buffers)) {
      if (this.closed) throw this.closed;
      this.write(lot);
      if (this.waiting >= MAX_WAITING_BYTES) await this.until(() => this.waiting < MAX_WAITING_BYTES);
    }
  }

  /** The only end that says that the answer is whole. */
  async finish(): Promise<void> {
    if (this.closed) throw this.closed;
    let handedOver = false;
    this.response.end(() => {
      handedOver = true;
      this.wake?.();
    });
    await this.until(() => handedOver);
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

  /** Counted by what the socket has taken: 'drain' would not be told of pieces that are each below its mark. */
  private write(lot: readonly Buffer[]): void {
    const length = lot.reduce((sum, buffer) => sum + buffer.length, 0);
    this.bytes += length;
    this.waiting += length;
    const taken = (): void => {
      this.waiting -= length;
      this.wake?.();
    };
    this.response.cork();
    lot.forEach((buffer, at) => this.response.write(buffer, at === lot.length - 1 ? taken : undefined));
    this.response.uncork();
  }

  /** Each wake is something that the reader took, or the end. @throws OutletClosed */
  private async until(ready: () => boolean): Promise<void> {
    while (!ready() && !this.closed) {
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

/** The same bytes in lots that may wait together: a large piece is taken bit by bit, so that its reader is seen to take it. */
function* lotsOf(buffers: readonly Buffer[]): Generator<readonly Buffer[], void> {
  let lot: Buffer[] = [];
  let room = MAX_WAITING_BYTES;
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.length;) {
      const piece = buffer.subarray(at, at + room);
      at += piece.length;
      room -= piece.length;
      lot.push(piece);
      if (room > 0) continue;
      yield lot;
      [lot, room] = [[], MAX_WAITING_BYTES];
    }
  }
  if (lot.length > 0) yield lot;
}
