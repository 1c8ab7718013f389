import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder, deleted after the tests of the `describe` block (or file) that asked for it. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drimbox-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
