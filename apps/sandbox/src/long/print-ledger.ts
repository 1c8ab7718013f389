import type { ClientLedger } from './client-ledger.js';
import type { Fate } from './reckoning.js';

export interface LedgerStory {
  readonly seed: number;
  readonly events: readonly string[];
  readonly ledger: ClientLedger;
  readonly fates: readonly Fate[];
}

/** The ledger of a run, for its readers: what died when, how often each message was sent, where it is now. No trait. */
export function printLedger({ seed, events, ledger, fates }: LedgerStory): void {
  const places = new Map<string, number>();
  for (const { place, cause } of fates) {
    const name = cause ? `${place} (${cause})` : place;
    places.set(name, (places.get(name) ?? 0) + 1);
  }
  const several = [...ledger.records.values()].filter(({ sends }) => sends.length > 1);
  const lines = [
    `seed ${seed}`,
    ...events,
    `sends: ${ledger.count('ok')} ok, ${ledger.count('fail')} fail, ${ledger.count('unknown')} unknown`,
    ...several.map(({ key, sends }) => `  ${shortened(key)}: ${summary(sends.map(({ said }) => said))}`),
    `acknowledged ${ledger.acknowledged.length}: ${[...places].map(([name, count]) => `${count} ${name}`).join(', ')}`,
  ];
  process.stdout.write(`\n${lines.map((line) => `    ${line}\n`).join('')}`);
}

/** The digest by its first digits. */
const shortened = (key: string): string => key.replace(/([0-9a-f]{8})[0-9a-f]{56}$/, '$1');

/** `closed, refused ×12, AA` */
function summary(said: readonly string[]): string {
  const runs: { word: string; count: number }[] = [];
  for (const word of said) {
    const last = runs.at(-1);
    if (last?.word === word) last.count += 1;
    else runs.push({ word, count: 1 });
  }
  return runs.map(({ word, count }) => (count > 1 ? `${word} ×${count}` : word)).join(', ');
}
