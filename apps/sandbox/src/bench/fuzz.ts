import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * `npm run bench:fuzz`: 200,000 mutated PDUs, data sets, command sets and documents against the readers of libs/dicom, and a
 * thousand misbehaving connections against its listener. A process of its own: memory is measured, and a crash is an answer.
 */
const MAIN = fileURLToPath(new URL('../../../../libs/dicom/dist/fuzz/fuzz.main.js', import.meta.url));

const child = spawn(process.execPath, ['--expose-gc', MAIN, ...process.argv.slice(2)], { stdio: 'inherit' });
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
