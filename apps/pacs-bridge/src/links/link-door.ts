import { type ErrorCode, failure, type Failure, type PacsLink, type RetrievePurpose } from '@drimbox/contracts';
import type { FailureKind } from '@drimbox/dicom';
import { Metrics, type Reading, SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { Breaker } from './breaker.js';
import { Gate } from './gate.js';
import { LinkOwner } from './link-owner.js';
import { inMaintenance } from './maintenance.js';
import { isAboutThePacs } from './peer.js';

/** Why a PACS is asked: `echo` to know whether it is there, `query` for the KOS of a report, the others for images. */
export type LinkPurpose = RetrievePurpose | 'query' | 'echo';

export interface LinkAsker {
  readonly purpose: LinkPurpose;
  readonly flow: string;
  /** UID of the series asked for, by which its flow may prefer it. */
  readonly label?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type LinkUse<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Who goes first where all wait: an echo takes a moment and tells about all the others; then a person who waits. */
const RANKS: Readonly<Record<LinkPurpose, number>> = {
  echo: 0,
  viewer: 1,
  exchange: 2,
  query: 3,
  export: 4,
  check: 5,
  'speed-test': 5,
};

/** Told of what each work showed of a PACS. */
export type LinkListener = (
  linkId: string,
  sign: { readonly well: true } | { readonly well: false; readonly down: boolean; readonly kind: FailureKind },
) => void;

interface Door {
  readonly gate: Gate;
  readonly breaker: Breaker;
}

/**
 * The one way to use a PACS link: never more associations than its administrator allowed (DB.SO.121), none during its
 * maintenance, none in a row of failures but a trial now and then.
 */
@Injectable()
export class LinkDoor {
  private readonly doors = new Map<string, Door>();
  private readonly listeners: LinkListener[] = [];

  constructor(
    registry: SiteRegistryHolder,
    metrics: Metrics,
    private readonly owner: LinkOwner,
  ) {
    registry.onChange(({ sites }) => {
      for (const link of sites.flatMap((site) => site.pacsLinks)) {
        const door = this.doors.get(link.id);
        door?.gate.resize(link.maxAssociations, link.maxQueue);
        door?.breaker.setLimits(link.breaker);
      }
    });
    metrics.gauge('drimbox_pacs_requests', 'Requests of a PACS link, running or waiting', ['link', 'state'], () =>
      this.readings(),
    );
  }

  onSign(listener: LinkListener): void {
    this.listeners.push(listener);
  }

  loadOf(linkId: string): { running: number; waiting: number } {
    return this.doors.get(linkId)?.gate.load ?? { running: 0, waiting: 0 };
  }

  /** Which of its series a flow wants first, while they wait for their turn. */
  prefer(link: PacsLink, flow: string, series: readonly string[]): void {
    this.doorOf(link).gate.prefer(flow, series);
  }

  /**
   * Runs a work on a link when its turn has come. `kindOf` says how it failed, if it did.
   * Refusals: DRIM-316 not ours, DRIM-309 maintenance, DRIM-310 left alone, DRIM-305 queue full, DRIM-315 gone while waiting.
   */
  async use<T>(
    link: PacsLink,
    { purpose, flow, label, signal }: LinkAsker,
    work: () => Promise<T>,
    kindOf: (value: T) => FailureKind | undefined,
  ): Promise<LinkUse<T>> {
    if (!this.owner.owns(link.id)) return refused('DRIM-316');
    if (inMaintenance(link.maintenance, new Date())) return refused('DRIM-309');
    const { gate, breaker } = this.doorOf(link);
    if (breaker.state(Date.now()) === 'open') return refused('DRIM-310');
    const entry = await gate.run({ rank: RANKS[purpose], flow, label, signal }, async () => {
      // While it waited the PACS may have begun to fail.
      if (!breaker.admits(Date.now())) return undefined;
      try {
        const value = await work();
        this.learn(link, breaker, kindOf(value));
        return { value };
      } catch (error) {
        breaker.undecided();
        throw error;
      }
    });
    if (entry === 'full') return refused('DRIM-305', `${link.maxQueue} requests wait`);
    if (entry === 'left') return refused('DRIM-315');
    return entry.value ? { ok: true, value: entry.value.value } : refused('DRIM-310');
  }

  private learn(link: PacsLink, breaker: Breaker, kind: FailureKind | undefined): void {
    // A request that we gave up ourselves says nothing of the PACS; a refusal says that it is there.
    if (kind === 'cancelled') return breaker.undecided();
    if (kind === undefined || !isAboutThePacs(kind)) {
      breaker.succeeded();
      for (const listener of this.listeners) listener(link.id, { well: true });
      return;
    }
    breaker.failed(Date.now());
    const down = breaker.state(Date.now()) !== 'closed';
    for (const listener of this.listeners) listener(link.id, { well: false, down, kind });
  }

  private doorOf(link: PacsLink): Door {
    const known = this.doors.get(link.id);
    if (known) return known;
    const door = { gate: new Gate(link.maxAssociations, link.maxQueue), breaker: new Breaker(link.breaker) };
    this.doors.set(link.id, door);
    return door;
  }

  private *readings(): Iterable<Reading> {
    for (const [link, { gate }] of this.doors) {
      yield [{ link, state: 'running' }, gate.load.running];
      yield [{ link, state: 'waiting' }, gate.load.waiting];
    }
  }
}

const refused = (code: ErrorCode, detail?: string): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: failure(code, detail),
});
