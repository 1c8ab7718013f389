import {
  DrimError,
  type PacsLink,
  type RetrieveOutcome,
  type RetrieveProgress,
  type RetrievePurpose,
  type Site,
} from '@drimbox/contracts';
import { errorFields, Logger } from '@drimbox/service';
import { Spool, type SeriesReader, type SpooledSeries } from '@drimbox/spool';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Puller } from './pull.js';
import { Retrieval } from './retrieval.js';
import { RetrievalLedger } from './retrieval-ledger.js';
import { wantedOf } from './series-parts.js';
import type { SpooledInfo } from './spooling-receiver.js';

/** A series, or one instance of a series. */
export interface SeriesWanted {
  readonly study: string;
  readonly series: string;
  readonly instance?: string | undefined;
}

export interface Reading {
  readonly purpose: RetrievePurpose;
  readonly flow: string;
  readonly expected?: number | undefined;
  /** What comes before the pixels, no more. */
  readonly heads: boolean;
}

/** A reader's place in a retrieval that it may share with others. */
export interface OpenedSeries {
  readonly reader: SeriesReader<SpooledInfo, RetrieveOutcome>;
  /** Only this instance is wanted of what the reader gives. */
  readonly only?: string;
  readonly progress: () => RetrieveProgress;
  /** When everything has come, however far this reader is. */
  readonly settled: Promise<unknown>;
}

interface Shared {
  readonly series: SpooledSeries<SpooledInfo, RetrieveOutcome>;
  readonly retrieval: Retrieval;
  readonly settled: Promise<unknown>;
}

const MEGABYTE = 1024 * 1024;
/** A viewer that reloads its page leaves and comes back: only then is the PACS told to stop. Milliseconds. */
const EMPTY_HOUSE = 1_000;

/** One C-MOVE for any number of readers: the key is link, study and series, never what a client asked to receive. */
@Injectable()
export class Retrievals {
  private readonly shared = new Map<string, Shared>();
  /** Those on their way, given up ones among them. */
  private readonly running = new Set<Promise<unknown>>();
  private closing = false;

  constructor(
    private readonly spool: Spool,
    private readonly puller: Puller,
    private readonly ledger: RetrievalLedger,
    private readonly logger: Logger,
  ) {}

  /** Joins the retrieval of a series or begins it. */
  open(site: Site, link: PacsLink, wanted: SeriesWanted, reading: Reading): OpenedSeries {
    if (this.closing) throw new DrimError('DRIM-106', 'the service is stopping');
    const whole = this.find(link, { ...wanted, instance: undefined });
    const shared = whole ?? this.find(link, wanted) ?? this.begin(site, link, wanted, reading);
    const only = whole && wanted.instance;
    return {
      reader: shared.series.reader(wantedOf({ heads: reading.heads, only })),
      ...(only !== undefined && { only }),
      progress: () => shared.retrieval.progress,
      settled: shared.settled,
    };
  }

  /** Nothing new begins; what is on its way ends with its readers. */
  async close(): Promise<void> {
    this.closing = true;
    for (const { retrieval, series } of this.shared.values()) if (series.readers === 0) retrieval.cancel();
    await Promise.allSettled(this.running);
  }

  /** One that can still be read from its first byte: the spool forgets those it has had to free. */
  private find(link: PacsLink, wanted: SeriesWanted): Shared | undefined {
    const key = keyOf(link, wanted);
    const known = this.shared.get(key);
    if (known && this.spool.find(key) !== known.series) {
      this.shared.delete(key);
      return undefined;
    }
    return known;
  }

  private begin(site: Site, link: PacsLink, wanted: SeriesWanted, { purpose, flow, expected }: Reading): Shared {
    const key = keyOf(link, wanted);
    const series = this.spool.create<SpooledInfo, RetrieveOutcome>(key, {
      id: site.id,
      maxBytes: site.spoolMegabytes * MEGABYTE,
    });
    const retrieval = new Retrieval(this.puller, link, wanted, { purpose, flow }, series, expected);
    let leaving: NodeJS.Timeout | undefined;
    series.onReaders((readers) => {
      clearTimeout(leaving);
      if (readers > 0 || series.settled !== undefined) return;
      leaving = setTimeout(() => {
        // Whoever comes while the PACS is being told begins anew: this one will not be whole.
        this.forget(key, series);
        retrieval.cancel();
      }, EMPTY_HOUSE);
    });
    const settled = this.run(site, link, wanted, purpose, retrieval, series, key).finally(() => {
      clearTimeout(leaving);
      this.running.delete(settled);
    });
    this.running.add(settled);
    const shared = { series, retrieval, settled };
    this.shared.set(key, shared);
    return shared;
  }

  private async run(
    site: Site,
    link: PacsLink,
    wanted: SeriesWanted,
    purpose: RetrievePurpose,
    retrieval: Retrieval,
    series: SpooledSeries<SpooledInfo, RetrieveOutcome>,
    key: string,
  ): Promise<void> {
    const id = randomUUID();
    try {
      const result = await retrieval.run();
      const { outcome, code, received } = result.outcome;
      const milliseconds = Math.round(result.milliseconds);
      const fields = { retrieval: id, pacsLink: link.id, study: wanted.study, outcome, received, milliseconds };
      if (outcome === 'complete') this.logger.info('images.retrieved', fields);
      else {
        this.logger.warn('images.retrieved', { ...fields, code });
        // The next one to ask gets another try, not the memory of this one.
        this.forget(key, series);
      }
      await this.ledger.record({ id, site, link, wanted, purpose, result });
    } catch (error) {
      this.forget(key, series);
      this.logger.error('retrieval.failed', { retrieval: id, pacsLink: link.id, ...errorFields(error) });
      if (series.settled === undefined) series.settle({ outcome: 'failed', code: 'DRIM-100', ...retrieval.progress });
    }
  }

  private forget(key: string, series: SpooledSeries<SpooledInfo, RetrieveOutcome>): void {
    if (this.shared.get(key)?.series === series) this.shared.delete(key);
    series.remove();
  }
}

const keyOf = ({ id }: PacsLink, { study, series, instance }: SeriesWanted): string =>
  [id, study, series, instance ?? ''].join('/');
