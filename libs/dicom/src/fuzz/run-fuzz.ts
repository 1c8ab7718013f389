import { setImmediate as nextTurn } from 'node:timers/promises';
import { mutated, seededRandom } from '../testing/random.js';
import { type FuzzTarget, TARGETS } from './targets.js';

export interface FuzzOptions {
  readonly seed: number;
  readonly cases: number;
  /** Number of the first case: any one can be run again alone. */
  readonly first?: number;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzReport {
  readonly seed: number;
  readonly cases: number;
  readonly byTarget: Readonly<Record<string, { read: number; refused: number }>>;
  readonly slowest: { readonly milliseconds: number; readonly case: number; readonly target: string };
  /** Heap and buffers at the end, above those after the first cases, megabytes. */
  readonly growthMegabytes: number;
  readonly faults: readonly string[];
}

/** A case takes microseconds; one that takes so long does not end, for a peer that sends many. */
export const CASE_MILLISECONDS = 2_000;
export const GROWTH_MEGABYTES = 64;
const CASES_A_TURN = 100;
const PROGRESS_EVERY = 20_000;
/** After these everything is loaded and compiled. */
const WARM_UP = 2_000;
const MAX_FAULTS = 20;

/** Mutates and reads, case after case: each is decided by the seed and its number alone. */
export async function runFuzz({ seed, cases, first = 0, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const byTarget: Record<string, { read: number; refused: number }> = {};
  const faults: string[] = [];
  let slowest = { milliseconds: 0, case: first, target: '' };
  let before = memory();
  for (let number = first; number < first + cases; number += 1) {
    if (number === first + Math.min(WARM_UP, cases >> 1)) before = memory();
    const { target, bytes, random } = caseOf(seed, number);
    const counts = (byTarget[target.name] ??= { read: 0, refused: 0 });
    const from = performance.now();
    try {
      counts[target.run(bytes, random) ? 'read' : 'refused'] += 1;
    } catch (error) {
      faults.push(`case ${number}, ${target.name}: ${error instanceof Error ? error.stack : typeof error}`);
    }
    const milliseconds = performance.now() - from;
    if (milliseconds > slowest.milliseconds) slowest = { milliseconds, case: number, target: target.name };
    if (milliseconds > CASE_MILLISECONDS) faults.push(`case ${number}, ${target.name}: ${milliseconds} ms`);
    if (faults.length >= MAX_FAULTS) break;
    // Node gives some memory of zlib back between two turns only; a service has many.
    if (number % CASES_A_TURN === 0) await nextTurn();
    if ((number - first + 1) % PROGRESS_EVERY === 0) onProgress?.(number - first + 1);
  }
  await nextTurn();
  const growthMegabytes = memory() - before;
  if (growthMegabytes > GROWTH_MEGABYTES) faults.push(`memory grew by ${growthMegabytes} MB`);
  return { seed, cases, byTarget, slowest, growthMegabytes, faults };
}

/** Target and bytes of one case. */
export function caseOf(
  seed: number,
  number: number,
): { readonly target: FuzzTarget; readonly bytes: Buffer; readonly random: () => number } {
  const random = seededRandom(Math.imul(seed ^ number, 0x9e3779b1) ^ number);
  const target = TARGETS[Math.floor(random() * TARGETS.length)]!;
  const original = target.seeds[Math.floor(random() * target.seeds.length)]!;
  return { target, bytes: mutated(original, random), random };
}

/** Megabytes; exact when Node runs with `--expose-gc`. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + Math.max(external, arrayBuffers)) / 1e6;
}
