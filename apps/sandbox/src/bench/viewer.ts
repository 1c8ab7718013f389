import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchArguments } from './common/bench-arguments.js';
import { compressed, type DataSet, dataSet } from './common/data-sets.js';
import { Findings, machine, printOutcome } from './common/outcome.js';
import { inScratch } from './common/scratch.js';
import { aimsOf, figuresOf, type Openings, type Round } from './viewer/figures.js';
import { OhifSide } from './viewer/ohif.js';
import { openMpr, openStack, type Picture, visit } from './viewer/openings.js';
import { OurSide } from './viewer/ours.js';
import type { Side } from './viewer/side.js';
import { ViewerWorld } from './viewer/viewer-world.js';

/**
 * `npm run bench:viewer`: our viewer through login, portal and C-MOVE, beside the published OHIF on the DICOMweb of the same PACS;
 * docs/benches.md. `--runs N` (or DRIMBOX_BENCH_RUNS) rounds of each case, `--only 300,1330` some of the cases.
 */
const CASES: Readonly<Record<string, () => Promise<Omit<DataSet, 'name'>>>> = {
  '300': () => compressed(300, 20_005),
  '300-raw': () => dataSet('ct'),
  '1330': () => compressed(),
};
const FIRST_DOCUMENT = 50_001;
const PICTURES = fileURLToPath(new URL('../../../../.artifacts/bench-viewer', import.meta.url));

const { runs, parts } = benchArguments('viewer', Object.keys(CASES), process.env['DRIMBOX_BENCH_RUNS'] ?? 3);

await inScratch(async (dir, started) => {
  const world = await ViewerWorld.start(dir, started);
  await mkdir(PICTURES, { recursive: true });
  const findings = new Findings({ runs, ohif: world.ohif.version });
  for (const [index, [name, made]] of Object.entries(CASES).entries()) {
    if (!parts.has(name)) continue;
    const set = await made();
    console.log(`${name}: loading ${set.what}, and its report`);
    const { link, bytes } = await world.publish(set, FIRST_DOCUMENT + index);
    const ours = new OurSide(dir, started, world, set.study, link);
    const ohif = new OhifSide(dir, started, world.ohif, set.study, set.objects.length);
    const openings = async (side: Side, first: boolean): Promise<Openings> => {
      const picture: Picture = async (page, what) => {
        if (first) await page.screenshot(join(PICTURES, `${name} ${side.name} ${what}.png`));
      };
      const tell = <T>(opening: T): T => {
        console.log(JSON.stringify({ [`${name} ${side.name}`]: opening, load: machine().load }));
        return opening;
      };
      return {
        stack: tell(await openStack(side, set.objects.length, picture)),
        mpr: tell(await openMpr(side, picture)),
      };
    };
    // Once each before anything counts: servers have read and compressed their files, and compiled what they run.
    await ours.whole();
    await visit(ohif);
    const rounds: Round[] = [];
    for (let round = 0; round < runs; round++) {
      // Alternating, so that what else the machine does falls on both.
      const sides = round % 2 === 0 ? [ours, ohif] : [ohif, ours];
      const seen: Partial<Record<Side['name'], Openings>> = {};
      for (const side of sides) seen[side.name] = await openings(side, round === 0);
      const whole = await ours.whole();
      rounds.push({ ours: seen.ours!, ohif: seen.ohif!, whole });
    }
    const figure = figuresOf(set.what, bytes, rounds);
    findings.tell(name, figure);
    Object.assign(findings.aims, aimsOf(name, figure));
  }
  printOutcome(findings);
});
