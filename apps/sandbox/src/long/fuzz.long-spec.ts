import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SEED = Number(process.env['DRIMBOX_TEST_SEED'] ?? randomInt(2 ** 31));
const MAIN = fileURLToPath(new URL('../../../../libs/dicom/dist/fuzz/fuzz.main.js', import.meta.url));

interface Outcome {
  readonly figures: {
    readonly readers: {
      readonly byTarget: Record<string, { read: number; refused: number }>;
      readonly faults: readonly string[];
    };
    readonly listener: { readonly connections: number; readonly faults: readonly string[] };
  };
}

/** The short form of `npm run bench:fuzz` (docs/benches.md): promise P13 for DICOM. */
it(`40,000 mutations of DICOM and 200 misbehaving peers: refused or read, in bounds (seed ${SEED})`, async () => {
  const args = ['--expose-gc', MAIN, '--cases', '40000', '--connections', '200', '--seed', String(SEED)];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout: string }) => error);
  const { figures } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome;
  expect(figures.readers.faults).toEqual([]);
  expect(figures.listener).toMatchObject({ connections: 200, faults: [] });
  // A target whose mutations are all refused, or all read, proves little.
  expect(
    Object.entries(figures.readers.byTarget).filter(([, { read, refused }]) => read === 0 || refused === 0),
  ).toEqual([]);
  expect(Object.keys(figures.readers.byTarget)).toHaveLength(12);
}, 300_000);
