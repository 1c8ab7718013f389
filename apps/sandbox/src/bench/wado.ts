import { benchArguments } from './common/bench-arguments.js';
import { type CaseName, CASES, dataSet, loadDataSet } from './common/data-sets.js';
import { Findings, printOutcome } from './common/outcome.js';
import { inScratch } from './common/scratch.js';
import { measureConversion } from './wado/conversion.js';
import { measureClients, measureFirstImage } from './wado/further-figures.js';
import { startOrthancWeb } from './wado/orthanc-web.js';
import { measureThroughput } from './wado/throughput.js';
import { WadoWorld } from './wado/wado-world.js';
import { digestWithoutIns } from './wado/without-ins.js';

/**
 * `npm run bench:wado`: images of a PACS to another DRIMbox, through every check, beside dcmtk's storescp and Orthanc's own WADO-RS;
 * docs/benches.md. `--runs N` rounds of each figure, `--only ct,first` some of the parts.
 */
const PARTS = [...CASES, 'first', 'clients', 'conversion'] as const;
/** The parts that measure the CT series, besides its own. */
const OF_CT = ['first', 'clients', 'conversion'];
const FIRST_DOCUMENT = 40_001;
const HELD_RATIO = 1.1;
const STRAIGHT_RATIO = 2;
const FIRST_IMAGE_MS = 15;
const CLIENTS = 20;

const { runs, parts } = benchArguments('wado', PARTS, 3);

await inScratch(async (dir, started) => {
  const world = await WadoWorld.start(dir, started);
  const web = await startOrthancWeb(dir, started);
  if (!web) console.log('orthanc-dicomweb is not installed: no figures of its WADO-RS');
  const findings = new Findings({ runs });
  const { aims } = findings;
  const needed = (name: CaseName): boolean =>
    parts.has(name) ||
    (name === 'ct' && OF_CT.some((part) => parts.has(part))) ||
    (name === 'mg' && parts.has('first'));

  for (const [index, name] of CASES.entries()) {
    if (!needed(name)) continue;
    const set = await dataSet(name);
    console.log(`${name}: loading ${set.what}, and its report`);
    const expected = await loadDataSet(world.pacs.restUrl, set, digestWithoutIns);
    if (web && parts.has(name)) await loadDataSet(web.restUrl, set);
    const open = await world.publish(set, FIRST_DOCUMENT + index);
    if (parts.has(name)) {
      const figure = await measureThroughput(world, web, open, expected, runs);
      findings.tell(name, figure);
      aims[`${name}: PACS link of 1 Gb/s, at most ${HELD_RATIO} × storescp`] = figure.held.ratio <= HELD_RATIO;
      aims[`${name}: unthrottled, at most ${STRAIGHT_RATIO} × storescp`] = figure.straight.ratio <= STRAIGHT_RATIO;
    } else await world.fetch(open);
    if (parts.has('first') && (name === 'ct' || name === 'mg')) {
      const figure = await measureFirstImage(world, open, runs);
      findings.tell(`${name} first image, ms after the PACS's first byte`, figure);
      // Of 51 MB the end comes when the PACS has sent it.
      const at = name === 'ct' ? figure.firstImage : figure.firstByte;
      const what = name === 'ct' ? 'first image' : 'first byte';
      aims[`${name}: ${what} at most ${FIRST_IMAGE_MS} ms after the PACS's first`] = at <= FIRST_IMAGE_MS;
    }
    if (name !== 'ct') continue;
    if (parts.has('clients')) {
      const figure = await measureClients(world, open, expected.bytes / 1e6, CLIENTS);
      findings.tell('clients of one series', figure);
      aims[`${CLIENTS} clients, one C-MOVE`] = figure['cMoves'] === 1 && figure['associations'] === 1;
    }
    if (parts.has('conversion')) findings.tell('CT asked for in JPEG-LS', await measureConversion(world, open, runs));
  }
  printOutcome(findings);
});
