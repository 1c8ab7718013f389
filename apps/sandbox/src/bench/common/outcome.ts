import { loadavg, cpus } from 'node:os';

export interface Outcome {
  readonly figures: Record<string, unknown>;
  readonly aims: Record<string, boolean>;
}

/** The last line of a bench: one line of JSON, for whoever compares runs. */
export const printOutcome = (outcome: Outcome): void => console.log(JSON.stringify(outcome));

/** Figures and aims of a bench that has several parts, told as they come. */
export class Findings implements Outcome {
  readonly figures: Record<string, unknown>;
  readonly aims: Record<string, boolean> = {};

  constructor(first: Record<string, unknown>) {
    this.figures = { machine: machine(), ...first };
  }

  tell(name: string, figure: unknown): void {
    this.figures[name] = figure;
    console.log(JSON.stringify({ [name]: figure, load: machine().load }));
  }
}

/** What else the machine was doing is part of a figure. */
export const machine = (): { cores: number; load: string } => ({
  cores: cpus().length,
  load: loadavg()
    .map((value) => value.toFixed(2))
    .join(' '),
});

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));
