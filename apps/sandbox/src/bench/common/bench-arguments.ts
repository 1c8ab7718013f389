import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Rounds of each figure. */
  readonly runs: number;
  readonly parts: ReadonlySet<string>;
}

/** `--runs N` and `--only a,b`; all of the parts when not said. Ends the process, saying what may be said, on anything else. */
export function benchArguments(bench: string, parts: readonly string[], runs: number | string): BenchArguments {
  const options = { runs: { type: 'string', default: String(runs) }, only: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const read = { runs: Number(values.runs), parts: new Set(values.only?.split(',') ?? parts) };
  if (Number.isInteger(read.runs) && read.runs > 0 && [...read.parts].every((part) => parts.includes(part)))
    return read;
  console.error(`usage: bench:${bench} [--runs N] [--only ${parts.join(',')}]`);
  process.exit(2);
}
