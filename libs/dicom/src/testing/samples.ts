import { existsSync } from 'node:fs';
import path from 'node:path';

/** Repository root, found from where jest runs: the folder that holds the workspaces' package.json. */
const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** Official samples live outside the repository; tests that need them are skipped where they are absent. */
export const SAMPLES = process.env.DRIMBOX_SAMPLES ?? path.join(ROOT, '../shared/samples');

export const describeWithSamples = existsSync(SAMPLES) ? describe : describe.skip;
