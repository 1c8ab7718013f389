import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export interface CampaignOptions {
  /** Messages sent, exact repeats included. */
  readonly messages: number;
  /** Ceiling: after it nothing is killed any more, and what has not come to rest is told as it stands. */
  readonly minutes: number;
  readonly seed: number;
}

const MOST_MESSAGES = 1_000_000;
const MOST_MINUTES = 24 * 60;
const SEEDS = 2 ** 32;

export const USAGE = 'campaign [--messages N] [--minutes M] [--seed S]';

/** @throws on an unknown option or a number out of range. */
export function campaignOptions(args: readonly string[]): CampaignOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { messages: text, minutes: text, seed: text } });
  return {
    messages: whole('messages', values.messages, 10_000, 1, MOST_MESSAGES),
    minutes: whole('minutes', values.minutes, 60, 1, MOST_MINUTES),
    seed: whole('seed', values.seed, randomInt(SEEDS), 0, SEEDS - 1),
  };
}

function whole(name: string, text: string | undefined, fallback: number, least: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < least || value > most)
    throw new Error(`--${name} is a whole number from ${least} to ${most}`);
  return value;
}
