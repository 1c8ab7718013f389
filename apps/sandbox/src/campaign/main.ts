import { inScratch } from '../bench/common/scratch.js';
import { runCampaign } from './campaign.js';
import { durableMesh } from './durable-mesh.js';
import { figuresOf, isGood, ledgerTable } from './ledger-table.js';
import { type CampaignOptions, campaignOptions, USAGE } from './options.js';

/** `npm run campaign`: promises P1, P2, P3 and P11 at full size. Last line: one line of JSON; exit 0 only if nothing is lost, doubled or wrong. */
function optionsOrExit(): CampaignOptions {
  try {
    return campaignOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${USAGE}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
console.log(`seed ${options.seed}: --messages ${options.messages} --minutes ${options.minutes} --seed ${options.seed}`);
await inScratch(async (dir, started) => {
  const mesh = await durableMesh(dir);
  started(mesh);
  const reckoning = await runCampaign(mesh, options, (line) => console.log(line));
  console.log(ledgerTable(reckoning));
  const good = isGood(reckoning);
  if (!good) console.error(`what was found is kept in ${dir}`);
  console.log(JSON.stringify(figuresOf(reckoning)));
  if (good) return;
  process.exitCode = 1;
  return 'keep';
});
// After Ctrl-C the senders and the disturbances know nothing yet of the end of the mesh.
process.exit();
