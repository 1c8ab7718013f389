import { inScratch } from './common/scratch.js';
import { machine, printOutcome, rounded } from './common/outcome.js';
import { aimsOf, type CaseFigures, figuresOf } from './hl7/figures.js';
import { startIngestAlone } from './hl7/ingest-alone.js';
import { LoadProcess } from './hl7/load-process.js';
import { Rounds } from './hl7/rounds.js';
import { SITES } from '../stack/sites.js';

/** `npm run bench:hl7`: messages acknowledged a second by hl7-ingest, against a bare `pg` client that inserts the same bytes. */
const CASES = [21_000, 330_000].flatMap((bytes) => [1, 8, 64].map((connections) => ({ bytes, connections })));
const ROUNDS = 5;
const SECONDS = 2.5;

const only = process.argv[2];

await inScratch(async (dir, started) => {
  const site = SITES[0]!;
  const ingest = await startIngestAlone(dir, site, started);
  const load = LoadProcess.start();
  started(load);
  const rounds = await Rounds.prepare(ingest, load);
  console.log(`${rounds.settings}; first number ${rounds.firstNumber}; load ${machine().load}`);
  const cases: CaseFigures[] = [];
  for (const each of CASES.filter(({ bytes, connections }) => !only || only === `${bytes}x${connections}`)) {
    const peer = [];
    const ours = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Alternating, so that what else the machine does falls on both.
      if (round % 2 === 0) peer.push(await rounds.peer(each, SECONDS));
      ours.push(await rounds.ours(each, SECONDS));
      if (round % 2 === 1) peer.push(await rounds.peer(each, SECONDS));
    }
    const figures = figuresOf(each, peer, ours);
    cases.push(figures);
    console.log(JSON.stringify(figures));
  }
  const figures = {
    machine: machine(),
    settings: rounds.settings,
    firstNumber: rounds.firstNumber,
    rounds: ROUNDS,
    secondsOfARound: rounded(SECONDS),
    cases,
  };
  printOutcome({ figures, aims: aimsOf(cases) });
});
