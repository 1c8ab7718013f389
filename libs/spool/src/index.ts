export type { ObjectWriter, SeriesReader, SeriesWriter, Spooled, SpooledObject, SpoolUsage } from './spool-contract.js';
