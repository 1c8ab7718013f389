import { rounded } from '../common/outcome.js';
import { median } from '../common/statistics.js';
import type { RoundResult } from './load.js';

export interface Case {
  readonly bytes: number;
  readonly connections: number;
}

/** A round with the CPU seconds of each process while it ran. */
export interface MeasuredRound extends RoundResult {
  readonly cpu: Readonly<Record<string, number>>;
  /** Events that still waited for the broker when the last answer came. */
  readonly unsent: number;
}

export interface CaseFigures extends Case {
  readonly ours: SideFigures;
  readonly peer: SideFigures;
  /** Median of the rounds' ratios: each of ours against the peer's round beside it. */
  readonly ratio: number;
  readonly unsentEvents: number;
}

interface SideFigures {
  readonly perSecond: number;
  readonly rounds: readonly number[];
  readonly p50: number;
  readonly p95: number;
  /** CPU milliseconds for one message, by process. */
  readonly cpuMsPerMessage: Readonly<Record<string, number>>;
}

const rate = ({ messages, seconds }: RoundResult): number => messages / seconds;

export function figuresOf(each: Case, peer: readonly MeasuredRound[], ours: readonly MeasuredRound[]): CaseFigures {
  const ratios = ours.map((round, index) => rate(round) / rate(peer[index] ?? round));
  return {
    ...each,
    ours: sideOf(ours),
    peer: sideOf(peer),
    ratio: rounded(median(ratios), 2),
    unsentEvents: median(ours.map(({ unsent }) => unsent)),
  };
}

function sideOf(rounds: readonly MeasuredRound[]): SideFigures {
  const processes = Object.keys(rounds[0]?.cpu ?? {});
  return {
    perSecond: rounded(median(rounds.map(rate)), 0),
    rounds: rounds.map((round) => rounded(rate(round), 0)),
    p50: rounded(median(rounds.map(({ p50 }) => p50)), 2),
    p95: rounded(median(rounds.map(({ p95 }) => p95)), 2),
    cpuMsPerMessage: Object.fromEntries(
      processes.map((name) => [
        name,
        rounded(median(rounds.map(({ cpu, answered }) => ((cpu[name] ?? 0) * 1000) / answered)), 3),
      ]),
    ),
  };
}

/** ../../../../docs/benches.md: the aims are for messages of 21 kB. */
export function aimsOf(cases: readonly CaseFigures[]): Record<string, boolean> {
  const of = (connections: number): CaseFigures | undefined =>
    cases.find((each) => each.bytes === 21_000 && each.connections === connections);
  return {
    '21 kB, 64 connections: at least 833/s': (of(64)?.ours.perSecond ?? 0) >= 833,
    '21 kB, 64 connections: at least 0.6 of the bare client': (of(64)?.ratio ?? 0) >= 0.6,
    '21 kB, one connection: at least 0.5 of the bare client': (of(1)?.ratio ?? 0) >= 0.5,
  };
}
