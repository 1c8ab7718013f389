import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fuzzListener } from './fuzz-listener.js';
import { runFuzz } from './run-fuzz.js';

/**
 * `node --expose-gc dist/fuzz/fuzz.main.js [--cases N] [--seed S] [--first N] [--connections N]`: the last line is JSON,
 * the exit code 1 when anything failed. A case is played again by `--seed S --first N --cases 1 --connections 0`.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    first: { type: 'string', default: '0' },
    connections: { type: 'string' },
  },
});
const [cases, seed, first] = [Number(values.cases), Number(values.seed), Number(values.first)];
const connections = Number(values.connections ?? Math.ceil(cases / 200));
if (![cases, seed, first, connections].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('usage: fuzz [--cases N] [--seed S] [--first N] [--connections N]');
  process.exit(2);
}

console.log(`seed ${seed}, ${cases} cases from ${first}, ${connections} connections`);
const from = performance.now();
const seconds = (): number => Math.round((performance.now() - from) / 100) / 10;
const readers = await runFuzz({
  seed,
  cases,
  first,
  onProgress: (done) => console.log(`${done} cases, ${seconds()} s`),
});
const listener = connections > 0 ? await fuzzListener(seed, connections) : undefined;
const faults = [...readers.faults, ...(listener?.faults ?? [])];
for (const fault of faults) console.error(fault);
const aims = { 'no fault': faults.length === 0 };
console.log(JSON.stringify({ figures: { seconds: seconds(), readers, listener }, aims }));
if (faults.length > 0) process.exitCode = 1;
