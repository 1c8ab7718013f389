import { pattern } from './spool.for-spec.js';
import { roomFor, SLOT_BYTES } from './sealing-job.js';
import { sliceAt, Slices } from './slices.js';

const KIBIBYTE = 1024;

describe('slices', () => {
  it('that are long are kept, not copied', () => {
    const slices = new Slices();
    const bytes = pattern(8 * KIBIBYTE, 1);
    slices.add(bytes);
    expect(slices.parts).toEqual([bytes]);
    expect(slices.parts[0]?.buffer).toBe(bytes.buffer);
  });

  it('fit into a slot of the thread, in as many parts as a record can have', () => {
    const slices = new Slices();
    for (let size = 8 * KIBIBYTE; slices.length < 256 * KIBIBYTE; size = size === 1 ? 8 * KIBIBYTE : 1)
      slices.add(Buffer.alloc(Math.min(size, 256 * KIBIBYTE - slices.length)));
    expect(slices.parts.length).toBeGreaterThan(60);
    expect(roomFor(slices.parts)).toBeLessThanOrEqual(SLOT_BYTES);
  });

  it('that are short take the memory of their bytes, not that of their chunks', () => {
    const chunk = pattern(64 * KIBIBYTE, 2);
    const slices = new Slices();
    for (let at = 0; at < chunk.length; at++) slices.add(chunk.subarray(at, at + 1));
    expect(Buffer.concat(slices.parts).equals(chunk)).toBe(true);
    const held = new Set(slices.parts.map(({ buffer }) => buffer));
    expect(held.has(chunk.buffer)).toBe(false);
    expect([...held].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(chunk.length);
    expect(slices.parts.length).toBe(4);
  });

  it('of any lengths are found at each offset, and what was given stays as it was', () => {
    const bytes = pattern(100_000, 3);
    const slices = new Slices();
    const given: { readonly at: number; readonly slice: Buffer }[] = [];
    for (let at = 0, size = 1; at < bytes.length; at += size, size = ((size * 7) % 12_289) + 1) {
      slices.add(bytes.subarray(at, at + size));
      given.push({ at, slice: sliceAt(slices.parts, at) });
    }
    expect(slices.length).toBe(bytes.length);
    for (const { at, slice } of given) expect(bytes.subarray(at, at + slice.length).equals(slice)).toBe(true);
    for (let at = 0; at < bytes.length; at += 997) expect(sliceAt(slices.parts, at)[0]).toBe(bytes[at]);
    expect(() => sliceAt(slices.parts, bytes.length)).toThrow(RangeError);
  });
});
