export { Spool, type SpoolOptions } from './spool.js';
export type { Owner } from './quota.js';
export { SpooledSeries } from './spooled-series.js';
export type {
  ObjectWriter,
  SeriesReader,
  SeriesWriter,
  Spooled,
  SpooledObject,
  SpoolUsage,
  Wanted,
} from './spool-contract.js';
