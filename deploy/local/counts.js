import { readFileSync } from 'node:fs';

/** Adds up the counts that the reporter wrote, over one or several jest runs, and prints the one line that CI reads. */
const total = { passed: 0, failed: 0, skipped: 0 };
for (const file of process.argv.slice(2)) {
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    for (const [key, count] of Object.entries(JSON.parse(line))) total[key] += count;
  }
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
