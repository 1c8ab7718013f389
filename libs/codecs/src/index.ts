export { canConvert } from './can-convert.js';
export { CodecError, type CodecErrorKind } from './codec-error.js';
export { CodecPool, type CodecPoolOptions } from './pool/codec-pool.js';
export type { FrameJob, FrameResult } from './pool/messages.js';
export { outgoingObject, type Outgoing, type OutgoingOptions, type StoredObject } from './convert/outgoing-object.js';
export { inOrder } from './convert/in-order.js';
export type { Loss } from './codecs/encode.js';
