import { z } from 'zod';
import { OPERATIONS } from './operation.js';
import type { Operation } from './operation.js';

export const ENDPOINTS = ['/repository', '/registry'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

const common = {
  /** Requests it lasts for; without it, until cleared. */
  times: z.int().min(1).max(1_000_000).optional(),
  /** Only requests of that endpoint; without it, any. */
  endpoint: z.enum(ENDPOINTS).optional(),
  /** Only requests for that; without it, any. A deletion is told so from the query before it, on the same endpoint. */
  operation: z.enum(OPERATIONS).optional(),
};

const Code = z.string().regex(/^[A-Za-z0-9]{1,64}$/);

/**
 * A misbehaviour on demand. `refuse`, `fault` and `busy` come after the request was found authentic, and nothing is
 * registered; with `lose-answer` and `cut-mid-answer` the work is done and registered.
 */
export const Behaviour = z.discriminatedUnion('kind', [
  /** Waits before working. */
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(1).max(600_000), ...common }),
  /** The connection is reset without any work done. */
  z.strictObject({ kind: z.literal('down'), ...common }),
  /** RegistryResponse Failure with this errorCode. */
  z.strictObject({ kind: z.literal('refuse'), code: Code, ...common }),
  /** SOAP fault. */
  z.strictObject({ kind: z.literal('fault'), code: z.enum(['Sender', 'Receiver']).default('Receiver'), ...common }),
  /** XDSRepositoryBusy or XDSRegistryBusy. */
  z.strictObject({ kind: z.literal('busy'), ...common }),
  /** The connection is cut before the answer. */
  z.strictObject({ kind: z.literal('lose-answer'), ...common }),
  /** The connection is cut in the middle of the answer. */
  z.strictObject({ kind: z.literal('cut-mid-answer'), ...common }),
  /** A reverse proxy's page instead of the DMP. */
  z.strictObject({ kind: z.literal('html-503'), ...common }),
]);
export type Behaviour = z.infer<typeof Behaviour>;

/** The behaviours in force, the oldest first; a request meets one at most. */
export class Behaviours {
  private active: Behaviour[] = [];
  private resets = new AbortController();

  add(behaviour: Behaviour): void {
    this.active.push(behaviour);
  }

  list(): readonly Behaviour[] {
    return this.active;
  }

  clear(): void {
    this.active = [];
  }

  /** Aborted when the DMP is reset: a request that waits belongs to what was before. */
  get untilReset(): AbortSignal {
    return this.resets.signal;
  }

  reset(): void {
    this.clear();
    this.resets.abort();
    this.resets = new AbortController();
  }

  /** The behaviour for this request, one of its times used up. */
  take(endpoint: Endpoint, operation: Operation | undefined): Behaviour | undefined {
    const found = this.active.find(
      (item) =>
        (item.endpoint === undefined || item.endpoint === endpoint) &&
        (item.operation === undefined || item.operation === operation),
    );
    if (found?.times === undefined) return found;
    this.active = this.active.flatMap((item) => {
      if (item !== found) return item;
      return found.times === 1 ? [] : { ...found, times: found.times! - 1 };
    });
    return found;
  }
}
