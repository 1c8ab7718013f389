import { rounded } from '../common/outcome.js';
import { median } from '../common/statistics.js';
import type { MprOpening, StackOpening } from './openings.js';

/** One opening of each kind. */
export interface Openings {
  readonly stack: StackOpening;
  readonly mpr: MprOpening;
}

export interface Round {
  readonly ours: Openings;
  readonly ohif: Openings;
  /** Ours, from somebody who is not signed in. */
  readonly whole: { readonly fromLink: number; readonly fromLogin: number };
}

const MEASURES = {
  firstPixels: ({ stack }: Openings) => stack.first,
  firstPixelsCpu: ({ stack }: Openings) => stack.cpuFirst,
  complete: ({ stack }: Openings) => stack.complete,
  mprFirst: ({ mpr }: Openings) => mpr.first,
  mprFull: ({ mpr }: Openings) => mpr.full,
  mprFullCpu: ({ mpr }: Openings) => mpr.cpuFull,
  megabytesReceived: ({ stack }: Openings) => stack.megabytes,
  memoryComplete: ({ stack }: Openings) => stack.memory.complete,
  memoryScrolled: ({ stack }: Openings) => stack.memory.scrolled,
  memoryMpr: ({ stack }: Openings) => stack.memory.mpr,
  memoryLeft: ({ stack }: Openings) => stack.memory.left,
  memoryMprAlone: ({ mpr }: Openings) => mpr.memory,
} as const;
type Measure = keyof typeof MEASURES;

/** Medians of each side; Infinity, null as JSON, for what never came; and the median of the rounds' own ratios. */
export interface CaseFigures {
  readonly what: string;
  readonly megabytesInThePacs: number;
  readonly rounds: number;
  readonly ours: Readonly<Record<Measure, number>>;
  readonly ohif: Readonly<Record<Measure, number>>;
  readonly ratios: Readonly<Record<Measure, number>>;
  readonly signingIn: Round['whole'];
  readonly reduced: boolean;
}

export function figuresOf(what: string, bytes: number, rounds: readonly Round[]): CaseFigures {
  const each = (value: (round: Round, measure: (openings: Openings) => number) => number, digits: number) =>
    Object.fromEntries(
      Object.entries(MEASURES).map(([name, measure]) => [
        name,
        rounded(median(rounds.map((round) => value(round, measure))), digits),
      ]),
    ) as Record<Measure, number>;
  const whole = (name: keyof Round['whole']): number => median(rounds.map((round) => round.whole[name]));
  return {
    what,
    megabytesInThePacs: rounded(bytes / 1e6),
    rounds: rounds.length,
    ours: each(({ ours }, measure) => measure(ours), 1),
    ohif: each(({ ohif }, measure) => measure(ohif), 1),
    ratios: each(({ ours, ohif }, measure) => measure(ours) / measure(ohif), 3),
    signingIn: { fromLink: whole('fromLink'), fromLogin: whole('fromLogin') },
    reduced: rounds.some(({ ours }) => ours.mpr.reduced),
  };
}

const TIME = 0.5;
/** For 1,330 slices; fewer are asked to keep it too. */
const STACK_MEGABYTES = 1200;

export function aimsOf(name: string, { ours, ratios }: CaseFigures): Record<string, boolean> {
  const stack = Math.max(ours.memoryComplete, ours.memoryScrolled);
  return {
    [`${name}: first pixels in at most ${TIME} × OHIF's time`]: ratios.firstPixels <= TIME,
    [`${name}: three planes in at most ${TIME} × OHIF's time`]: ratios.mprFirst <= TIME,
    [`${name}: full MPR in at most ${TIME} × OHIF's time`]: ratios.mprFull <= TIME,
    [`${name}: stack in at most ${STACK_MEGABYTES} MB`]: stack <= STACK_MEGABYTES,
    [`${name}: MPR in no more memory than OHIF's`]:
      Number.isFinite(ours.mprFull) && ratios.memoryMpr <= 1 && ratios.memoryMprAlone <= 1,
  };
}
