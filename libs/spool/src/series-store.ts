import type { Slices } from './slices.js';
import type { SpoolRecord } from './spool-record.js';
import type { SpooledSeries } from './spooled-series.js';

/** What a series needs of the spool it is in. */
export interface SeriesStore {
  keep(series: StoredSeries, from: number, plain: Slices): SpoolRecord;
  /** The plain bytes of a record, in memory or read back. */
  bytesOf(record: SpoolRecord): readonly Buffer[] | Promise<readonly Buffer[]>;
  release(series: StoredSeries, record: SpoolRecord): void;
  took(series: StoredSeries, bytes: number): void;
  gave(series: StoredSeries, bytes: number): void;
  /** May this series be written to now? Makes room when it can. */
  hasRoom(series: StoredSeries): boolean;
  /** Does it wait for room that nobody gives back? */
  lacksRoom(series: StoredSeries): boolean;
  readersChanged(series: StoredSeries): void;
  /** Is room short for this series' owner, or for all, so that somebody waits for what its readers hold? */
  isInTheWay(series: StoredSeries): boolean;
  /** A reader has gone on: what all have passed may be freed when room is short. */
  passed(series: StoredSeries): void;
  forget(series: StoredSeries): void;
  /** All of it has been given back. */
  freed(series: StoredSeries): void;
  cutReader(): void;
  readonly floor: { readonly bytesPerSecond: number; readonly graceMilliseconds: number };
}

/** A series whatever its caller's shapes. */
export type StoredSeries = SpooledSeries<unknown, unknown>;
