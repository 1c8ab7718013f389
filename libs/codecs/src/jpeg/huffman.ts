import { CodecError } from '../codec-error.js';

/** A table as a DHT segment holds it (T.81 §B.2.4.2): how many codes of each length 1 to 16, and their symbols in order. */
export interface HuffmanTable {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** Symbol in the high byte, length in the low one, by the next 16 bits; 0: no code begins so. */
export function decodingTable({ counts, symbols }: HuffmanTable): Uint16Array {
  const table = new Uint16Array(65_536);
  let [code, next] = [0, 0];
  for (let length = 1; length <= 16; length += 1) {
    for (let n = counts[length - 1] ?? 0; n > 0; n -= 1) {
      const size = 1 << (16 - length);
      if (code + size > 65_536) throw new CodecError('malformed', 'Huffman codes overflow');
      table.fill(((symbols[next] ?? 0) << 8) | length, code, code + size);
      code += size;
      next += 1;
    }
  }
  return table;
}

export interface HuffmanCodes {
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

export function encodingTable({ counts, symbols }: HuffmanTable): HuffmanCodes {
  const [codes, lengths] = [new Uint16Array(256), new Uint8Array(256)];
  let [code, next] = [0, 0];
  for (let length = 1; length <= 16; length += 1) {
    for (let n = counts[length - 1] ?? 0; n > 0; n -= 1) {
      const symbol = symbols[next] ?? 0;
      codes[symbol] = code;
      lengths[symbol] = length;
      code += 1;
      next += 1;
    }
    code <<= 1;
  }
  return { codes, lengths };
}

/** The best table for these frequencies with no code above 16 bits and none of ones alone (T.81 §K.2). */
export function optimalTable(frequencies: Uint32Array): HuffmanTable {
  const used = Array.from(frequencies.keys()).filter((symbol) => (frequencies[symbol] ?? 0) > 0);
  // One symbol more, the rarest, takes the code of ones.
  const nodes = [
    ...used.map((symbol) => ({ weight: frequencies[symbol] ?? 0, leaves: [symbol] })),
    { weight: 0, leaves: [-1] },
  ];
  const depth = new Map<number, number>(nodes.map(({ leaves }) => [leaves[0] ?? -1, 0]));
  while (nodes.length > 1) {
    nodes.sort((a, b) => b.weight - a.weight);
    const [a, b] = [nodes.pop(), nodes.pop()];
    if (!a || !b) break;
    const leaves = [...a.leaves, ...b.leaves];
    for (const leaf of leaves) depth.set(leaf, (depth.get(leaf) ?? 0) + 1);
    nodes.push({ weight: a.weight + b.weight, leaves });
  }
  const counts = limited([...depth.values()]);
  const symbols = used.toSorted((a, b) => (depth.get(a) ?? 0) - (depth.get(b) ?? 0) || a - b);
  return { counts, symbols: Uint8Array.from(symbols) };
}

/** Codes per length, shortened to 16 bits (T.81 Figure K.3), less the one of ones. */
function limited(depths: readonly number[]): Uint8Array {
  const counts = Array.from({ length: Math.max(17, ...depths) + 1 }, () => 0);
  for (const depth of depths) counts[Math.max(depth, 1)] = (counts[Math.max(depth, 1)] ?? 0) + 1;
  const add = (length: number, by: number): void => void (counts[length] = (counts[length] ?? 0) + by);
  for (let length = counts.length - 1; length > 16; length -= 1) {
    while ((counts[length] ?? 0) > 0) {
      let shorter = length - 2;
      while (counts[shorter] === 0) shorter -= 1;
      add(length, -2);
      add(length - 1, 1);
      add(shorter + 1, 2);
      add(shorter, -1);
    }
  }
  let longest = 16;
  while (counts[longest] === 0) longest -= 1;
  add(longest, -1);
  return Uint8Array.from(counts.slice(1, 17));
}
