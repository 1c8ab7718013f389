import { HeadScanner } from '../dataset/head-scanner.js';
import { EXPLICIT_LITTLE } from '../dataset/transfer-syntax.js';
import { type VR, VRS } from '../dataset/vr.js';
import { elementHead } from './element-bytes.js';

/** One element as it shall be at the top level: text, 16-bit numbers, or nothing (taken out). */
export interface HeadEdit {
  readonly tag: number;
  readonly vr: VR;
  readonly value: string | number | undefined;
}

/** The head of an Explicit LE data set with these elements replaced, added or taken out; every other byte stays. */
export function editHead(head: Buffer, edits: readonly HeadEdit[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { tag, vr, value } of edits.toSorted((a, b) => a.tag - b.tag)) {
    const start = offsetOf(head, tag);
    parts.push(head.subarray(from, start));
    if (value !== undefined) parts.push(encoded(tag, vr, value));
    from = offsetOf(head, tag + 1);
  }
  return Buffer.concat([...parts, head.subarray(from)]);
}

function encoded(tag: number, vr: VR, value: string | number): Buffer {
  if (typeof value === 'number') {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(value, 0);
    return Buffer.concat([elementHead(tag, vr, 2), number]);
  }
  const pad = VRS[vr].text && vr !== 'UI' ? ' ' : '\0';
  const text = Buffer.from(value.length % 2 === 0 ? value : value + pad, 'latin1');
  return Buffer.concat([elementHead(tag, vr, text.length), text]);
}

/** Where the first element with this tag or a higher one stands, or the end. */
function offsetOf(head: Buffer, tag: number): number {
  const scanner = new HeadScanner(EXPLICIT_LITTLE, { untilTag: tag, maxBytes: Infinity });
  return scanner.scan(head) ? scanner.at : head.length;
}
