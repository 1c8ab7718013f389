export { Spool, type SpoolOptions } from './spool.js';
export type { Owner } from './quota.js';
export { SpooledSeries } from './spooled-series.js';
export type { ObjectWriter, SeriesReader, SeriesWriter, Spooled, SpooledObject, SpoolUsage } from './spool-contract.js';
