import { appendFileSync } from 'node:fs';

/** Ends a run with the plain line `N passed, N failed[, N skipped]`; DRIMBOX_TEST_COUNTS collects it over several runs. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const counts = { passed: results.numPassedTests, failed, skipped: results.numPendingTests };
    if (process.env.DRIMBOX_TEST_COUNTS) appendFileSync(process.env.DRIMBOX_TEST_COUNTS, JSON.stringify(counts) + '\n');
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  }
}
