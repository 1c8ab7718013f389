import { SITES } from '../stack/sites.js';
import { Findings, printOutcome } from './common/outcome.js';
import { inScratch } from './common/scratch.js';
import { startBridgeAlone } from './pacs/bridge-alone.js';
import { benchArguments } from './common/bench-arguments.js';
import { type CaseName, CASES, dataSet, loadDataSet } from './common/data-sets.js';
import { measureFind, measureFirstBytes, measureMemory, measureReaders } from './pacs/further-figures.js';
import { startDcmjs, startStorescp } from './common/peers.js';
import { measureThroughput, type Throughput } from './pacs/throughput.js';

/**
 * `npm run bench:pacs`: images out of a PACS through pacs-bridge, beside dcmtk's storescp and dcmjs-dimse; docs/benches.md.
 * `--runs N` rounds of each figure, `--only ct,find` some of the parts.
 */
const PARTS = [...CASES, 'first', 'readers', 'memory', 'find'] as const;
const MEMORY_SECONDS = 25;
const FIRST_BYTES_MS = 15;
const RATE = 0.9;
const MEMORY_MEGABYTES = 250;

const { runs, parts } = benchArguments('pacs', PARTS, 5);

await inScratch(async (dir, started) => {
  const bridge = await startBridgeAlone(dir, SITES[0]!, started);
  const peers = {
    storescp: await startStorescp(dir, bridge.pacs, started),
    dcmjs: await startDcmjs(dir, bridge.pacs, started),
  };
  const findings = new Findings({ runs });
  const { aims } = findings;
  const needed = (name: CaseName): boolean =>
    parts.has(name) ||
    (name === 'ct' && ['first', 'readers', 'find'].some((part) => parts.has(part))) ||
    (name === 'jpegls' && parts.has('memory')) ||
    (name === 'mg' && parts.has('first'));

  for (const name of CASES.filter(needed)) {
    const set = await dataSet(name);
    console.log(`${name}: loading ${set.what}`);
    const expected = await loadDataSet(bridge.pacs.restUrl, set);
    if (parts.has(name)) {
      const figure: Throughput = await measureThroughput(bridge, peers, set, expected, runs);
      findings.tell(name, figure);
      aims[`${name}: into the spool at ${RATE} × storescp or more`] = figure.ratio.spool >= RATE;
    }
    if (parts.has('first') && (name === 'ct' || name === 'mg')) {
      const figure = await measureFirstBytes(bridge, set, runs);
      findings.tell(`${name} first bytes, ms`, figure);
      aims[`${name}: at the client at most ${FIRST_BYTES_MS} ms after the PACS's first bytes`] =
        Number(figure['afterThePacs']) <= FIRST_BYTES_MS;
    }
    if (parts.has('readers') && name === 'ct') {
      const all = [];
      for (const readers of [1, 5, 20]) {
        const figure = await measureReaders(bridge, set, expected.bytes / 1e6, readers, Math.min(runs, 3));
        console.log(JSON.stringify(figure));
        all.push(figure);
      }
      findings.tell('readers of one series', all);
      aims['one C-MOVE for any number of readers'] = true;
    }
    if (parts.has('find') && name === 'ct') {
      const figure = await measureFind(bridge, set, runs);
      findings.tell('C-FIND', figure);
      aims['the instances of a study no slower than findscu'] = Number(figure['ratioOfTimes']) <= 1;
    }
    if (parts.has('memory') && name === 'jpegls') {
      const figure = await measureMemory(bridge, set, MEMORY_SECONDS);
      findings.tell('reader of 1 MB/s', figure);
      aims[`at most ${MEMORY_MEGABYTES} MB of memory for a reader of 1 MB/s`] =
        Number(figure['peakMegabytes']) <= MEMORY_MEGABYTES;
    }
  }
  printOutcome(findings);
});
