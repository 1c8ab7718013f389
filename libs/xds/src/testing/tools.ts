import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestPki } from './pki.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const samples = process.env.DRIMBOX_SAMPLES ?? join(repository, '..', 'shared', 'samples');

/** The samples live outside the repository: without them these tests are reported as skipped. */
export const describeWithSamples = existsSync(samples) ? describe : describe.skip;
export const sample = (...path: readonly string[]): string => join(samples, ...path);

export interface ToolResult {
  readonly ok: boolean;
  readonly output: string;
}

function run(command: string, args: readonly string[]): ToolResult {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

/** XML Schema validation by libxml2's own tool. */
export function validate(pki: TestPki, xml: string, ...schema: readonly string[]): ToolResult {
  const file = join(pki.folder, 'validate.xml');
  writeFileSync(file, xml);
  return run('xmllint', ['--noout', '--nonet', '--schema', sample('interop', 'xds-xsd', ...schema), file]);
}

const IDS = [
  'urn:oasis:names:tc:SAML:2.0:assertion:Assertion',
  'http://www.w3.org/2000/09/xmldsig#:Manifest',
  'http://uri.etsi.org/01903/v1.1.1#:SignedProperties',
];

/**
 * Verification by xmlsec1 against a trusted root. References inside a Manifest are left to the caller: the one to the
 * submission set has a constant digest by design.
 */
export function verify(pki: TestPki, xml: string, trustedPem: string): ToolResult {
  const file = join(pki.folder, 'verify.xml');
  writeFileSync(file, xml);
  const ids = IDS.flatMap((name) => [`--id-attr:${name.endsWith(':Assertion') ? 'ID' : 'Id'}`, name]);
  const fixed = ['--verify', '--ignore-manifests', '--enabled-key-data', 'x509'];
  return run('xmlsec1', [...fixed, '--trusted-pem', trustedPem, ...ids, file]);
}
