import { openTestRun, type TestRun } from './servers/test-run.js';

let run: TestRun | undefined;

/** jest `globalSetup`: opens the broker of the shared test servers (servers/test-run.ts). */
export default async function globalSetup(): Promise<void> {
  run = await openTestRun((line) => process.stderr.write(`${line}\n`));
}

/** jest `globalTeardown`, called by global-teardown.ts. */
export const closeTestRun = async (): Promise<void> => run?.close();
