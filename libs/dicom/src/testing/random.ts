/** Seeded generator (mulberry32): a failing mutation can be made again. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A copy with a few bytes changed, cut out or put in. */
export function mutated(original: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(original);
  const pick = (below: number): number => Math.floor(random() * below);
  for (let change = 0; change <= pick(4); change += 1) {
    const at = pick(bytes.length);
    const kind = pick(4);
    if (kind === 0) bytes[at] = pick(256);
    else if (kind === 1) bytes = bytes.subarray(0, at);
    else if (kind === 2)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(0xff, 0xff, 0xff, 0xff), bytes.subarray(at + 4)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + pick(8))]);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}
