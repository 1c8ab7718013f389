import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 2000;
const TAIL_LINES = 6;
const CHUNK_BYTES = 65_536;

/** The last lines of a log in one line, for an error message. */
export function tailOf(path: string): string {
  const lines = readFrom(path, (size) => Math.max(0, size - TAIL_BYTES), TAIL_BYTES)
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? 'its log is empty' : lines.slice(-TAIL_LINES).join(' | ');
}

/** Size of a log now; 0 when there is none yet. */
export function sizeOf(path: string): number {
  let size = 0;
  readFrom(path, (now) => (size = now), 0);
  return size;
}

/** Reads a growing file line by line from a position. Memory is bounded by one line of 64 kB; longer ones are cut. */
export class LineReader {
  private rest = Buffer.alloc(0);

  constructor(
    private readonly path: string,
    private position: number,
  ) {}

  /** The whole lines written since the last call. */
  next(): string[] {
    const lines: string[] = [];
    for (;;) {
      const chunk = readFrom(this.path, () => this.position, CHUNK_BYTES);
      if (chunk.length === 0) return lines;
      this.position += chunk.length;
      this.rest = Buffer.concat([this.rest, chunk]);
      for (let end = this.rest.indexOf(10); end >= 0; end = this.rest.indexOf(10)) {
        lines.push(this.rest.toString('utf8', 0, end));
        this.rest = this.rest.subarray(end + 1);
      }
      if (this.rest.length > CHUNK_BYTES) this.rest = Buffer.alloc(0);
    }
  }
}

function readFrom(path: string, from: (size: number) => number, length: number): Buffer {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0); // not written yet
  }
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, from(fstatSync(file).size)));
  } finally {
    closeSync(file);
  }
}
