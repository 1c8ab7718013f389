import type { ClientLedger } from '../long/client-ledger.js';
import { type Fate, PLACES } from './fates.js';
import { ACTS, type Told } from './scenario.js';

/** All that a campaign counted. */
export interface Reckoning {
  readonly seed: number;
  readonly seconds: number;
  readonly sendingSeconds: number;
  /** False: the ceiling came before everything was carried out. */
  readonly rested: boolean;
  readonly studies: number;
  readonly told: readonly Told[];
  readonly ledger: ClientLedger;
  readonly kills: Readonly<Record<string, number>>;
  /** Times the DMP was told to work without being heard. */
  readonly lostAnswers: number;
  /** Contacts with the DMP that a death cut. */
  readonly sendsCut: number;
  readonly unexpectedExits: readonly string[];
  /** Of every acknowledged message. */
  readonly fates: readonly Fate[];
  /** Messages that must be refused and were acknowledged. */
  readonly refusedTaken: number;
  /** Messages that never got the answer they must get. */
  readonly unanswered: number;
  readonly acceptedTwice: number;
  readonly acceptedUnsent: number;
  readonly acknowledgedWithoutStorage: number;
  readonly submissions: number;
  readonly uniqueIdTwice: number;
  /** Times a study had two Approved pointers. */
  readonly twoPointers: number;
  readonly wrong: readonly string[];
  readonly archiveDiffers: readonly string[];
}

const tally = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

/** How each send ended, in the sender's words: MSA-1, or why there was no acknowledgement. */
const answersOf = (ledger: ClientLedger): Record<string, number> =>
  tally([...ledger.records.values()].flatMap(({ sends }) => sends.map(({ said }) => said)));

/** What breaks a promise, by promise; all 0 in a good campaign. */
export const faultsOf = (reckoning: Reckoning): Record<string, number> => ({
  lost: reckoning.fates.filter(({ place }) => place === 'lost').length,
  doubled: reckoning.acceptedTwice + reckoning.uniqueIdTwice + reckoning.twoPointers,
  wrong: reckoning.wrong.length + reckoning.archiveDiffers.length + reckoning.refusedTaken + reckoning.acceptedUnsent,
  acknowledgedWithoutStorage: reckoning.acknowledgedWithoutStorage,
  unanswered: reckoning.unanswered,
  unexpectedExits: reckoning.unexpectedExits.length,
  notAtRest: reckoning.rested ? 0 : 1,
});

export const isGood = (reckoning: Reckoning): boolean =>
  Object.values(faultsOf(reckoning)).every((count) => count === 0);

/** Every count, flat: the last line of a campaign. */
export function figuresOf(reckoning: Reckoning): Record<string, unknown> {
  const { ledger, told, fates } = reckoning;
  return {
    seed: reckoning.seed,
    messages: told.length,
    different: ledger.records.size,
    studies: reckoning.studies,
    seconds: reckoning.seconds,
    sendingSeconds: reckoning.sendingSeconds,
    acts: tally(told.map(({ act }) => act)),
    sends: { ok: ledger.count('ok'), fail: ledger.count('fail'), unknown: ledger.count('unknown') },
    answers: answersOf(ledger),
    acknowledged: ledger.acknowledged.length,
    fates: tally(fates.map(({ place }) => place)),
    kills: reckoning.kills,
    lostAnswers: reckoning.lostAnswers,
    sendsCut: reckoning.sendsCut,
    submissions: reckoning.submissions,
    acceptedTwice: reckoning.acceptedTwice,
    uniqueIdTwice: reckoning.uniqueIdTwice,
    twoPointers: reckoning.twoPointers,
    ...faultsOf(reckoning),
  };
}

/** The ledger for its readers. No trait. */
export function ledgerTable(reckoning: Reckoning): string {
  const { ledger, told, fates, kills } = reckoning;
  const acts = tally(told.map(({ act }) => act));
  const places = tally(fates.map(({ place }) => place));
  const answers = Object.entries(answersOf(ledger));
  const causes = tally(fates.flatMap(({ place, cause }) => (cause === '' ? [] : [`${place}: ${cause}`])));
  const rows: (readonly [string, string | number])[] = [
    ['seed', reckoning.seed],
    ['messages', told.length],
    ...ACTS.map((act) => [`  ${act}`, acts[act] ?? 0] as const),
    ['  of them exact repeats', told.length - ledger.records.size],
    ['sends', ledger.count('ok') + ledger.count('fail') + ledger.count('unknown')],
    ...(['ok', 'fail', 'unknown'] as const).map((ending) => [`  ${ending}`, ledger.count(ending)] as const),
    ...answers.map(([word, count]) => [`    ${word}`, count] as const),
    ['messages acknowledged AA', ledger.acknowledged.length],
    ...PLACES.map((place) => [`  ${place}`, places[place] ?? 0] as const),
    ...Object.entries(causes).map(([cause, count]) => [`    ${cause}`, count] as const),
    ['killed', Object.values(kills).reduce((sum, count) => sum + count, 0)],
    ...Object.entries(kills).map(([name, count]) => [`  ${name}`, count] as const),
    ['answers of the DMP lost on demand', reckoning.lostAnswers],
    ['contacts with the DMP cut by a death', reckoning.sendsCut],
    ['submissions the DMP accepted', reckoning.submissions],
    ...Object.entries(faultsOf(reckoning)),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${String(value).padStart(10)}`),
    ...reckoning.wrong.map((line) => `wrong: ${line}`),
    ...reckoning.archiveDiffers.map((line) => `not as archived: ${line}`),
    ...reckoning.unexpectedExits.map((name) => `ended by itself: ${name}`),
  ].join('\n');
}
