/** A PDU of an association (PS3.8 §9.3.1). */
export interface PduStart {
  readonly type: number;
  /** The first bytes of what follows its head. */
  readonly start: Buffer;
}

const HEAD_BYTES = 6;

/**
 * Cuts a stream into PDUs, however its chunks fall: each is told with the chunk in which so many bytes of it have come, or all of it when it
 * has fewer. @param kept bytes of `start`
 */
export function pduStarts(kept: number): (chunk: Buffer) => PduStart[] {
  let known = Buffer.alloc(0);
  /** Bytes of the PDU under way that nobody wants. */
  let skip = 0;
  return (chunk) => {
    const found: PduStart[] = [];
    for (let at = 0; at < chunk.length;) {
      const wanted = skip > 0 ? skip : missing(known, kept);
      const part = chunk.subarray(at, at + wanted);
      at += part.length;
      if (skip > 0) {
        skip -= part.length;
        continue;
      }
      known = Buffer.concat([known, part]);
      if (missing(known, kept) > 0) continue;
      const start = known.subarray(HEAD_BYTES);
      found.push({ type: known.readUInt8(0), start });
      skip = known.readUInt32BE(2) - start.length;
      known = Buffer.alloc(0);
    }
    return found;
  };
}

/** Until the head is whole; then until what is wanted behind it is. */
function missing(known: Buffer, kept: number): number {
  if (known.length < HEAD_BYTES) return HEAD_BYTES - known.length;
  return HEAD_BYTES + Math.min(kept, known.readUInt32BE(2)) - known.length;
}
