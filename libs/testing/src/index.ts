export { eventually } from './eventually.js';
export { describeWithSamples, samplesDir } from './samples/samples.js';
export { testDatabase, type TestDatabase } from './servers/test-database.js';
export { testNats } from './servers/test-nats.js';
export { createService, type Overrides } from './service/create-service.js';
export { type InternalPeer, type PeerHandler, sendJson, startPeer } from './service/internal-peer.js';
export { framesOf, giveObjects, outcome, type TestObject, type Wanted, wantedOf } from './service/object-frames.js';
export { tempDir } from './temp-dir.js';
export { TestCa } from './test-ca.js';
