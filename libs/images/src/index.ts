export { BridgeClient, type BridgeSettings, type RetrieveAnswer } from './bridge-client.js';
export { ObjectSource, type SourceObject } from './object-source.js';
export { Outlet, OutletClosed } from './outlet.js';
export { type ServedCount, type ServedObject, ServedTally } from './served-tally.js';
