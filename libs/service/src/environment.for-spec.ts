import { TestCa } from '@drimbox/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testRegistry } from './registry.for-spec.js';

export interface TestEnvironment {
  readonly ca: TestCa;
  readonly tlsDir: string;
  readonly env: Record<string, string>;
}

/** Files and variables of an `hl7-ingest` that needs neither database nor broker. */
export function testEnvironment(dir: string, caName?: string): TestEnvironment {
  const ca = new TestCa(join(dir, 'ca'), caName);
  const tlsDir = ca.identity(join(dir, 'tls'), 'hl7-ingest');
  const registryFile = join(dir, 'registry.json');
  writeFileSync(registryFile, JSON.stringify(testRegistry()));
  const env = {
    DRIMBOX_REGISTRY_FILE: registryFile,
    DRIMBOX_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    DRIMBOX_NATS_URL: 'tls://127.0.0.1:1',
    DRIMBOX_NATS_SEED_FILE: join(dir, 'seed'),
    DRIMBOX_INTERNAL_TLS_DIR: tlsDir,
    DRIMBOX_LOG_LEVEL: 'error',
  };
  return { ca, tlsDir, env };
}
