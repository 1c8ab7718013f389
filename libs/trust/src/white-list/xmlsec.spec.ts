import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Issued, testPki } from '../testing/pki.js';
import { FORMS, listWorld, type ListWorld, SIGNER_DN } from '../testing/list-world.js';
import { signList } from '../testing/sign-list.js';

const dir = mkdtempSync(join(tmpdir(), 'drimbox-trust-'));
let world: ListWorld;
let forger: Issued;

beforeAll(async () => {
  world = await listWorld();
  forger = await (await testPki('TEST')).aci.issue(SIGNER_DN, { usage: 'sign' });
  writeFileSync(join(dir, 'root.pem'), world.pki.root.pem);
  writeFileSync(join(dir, 'aci.pem'), world.pki.aci.pem);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Keys from certificates only: by itself xmlsec1 would take a bare key that a forger puts beside his signature. */
function xmlsec(xml: string): boolean {
  writeFileSync(join(dir, 'list.xml'), xml);
  const run = spawnSync('xmlsec1', [
    '--verify',
    '--enabled-key-data',
    'x509',
    '--trusted-pem',
    join(dir, 'root.pem'),
    '--untrusted-pem',
    join(dir, 'aci.pem'),
    '--id-attr:Id',
    'http://uri.etsi.org/01903/v1.3.2#:SignedProperties',
    join(dir, 'list.xml'),
  ]);
  return run.status === 0;
}

it('is installed', () => {
  expect(execFileSync('xmlsec1', ['--version']).toString()).toMatch(/^xmlsec1 /);
});

describe.each(FORMS)('xmlsec1 and the verifier agree on a %s list', (form) => {
  it.each<[string, () => string, boolean]>([
    ['good', () => world.list({ form }), true],
    ['good, in SHA-512', () => world.list({ form, hash: 'sha512' }), true],
    ['good, with CRLF', () => world.list({ form }).replaceAll('\n', '\r\n'), true],
    ['changed in an entry', () => world.list({ form }).replace('OPERATEUR UN', 'OPERATEUR X'), false],
    ['changed in its date', () => world.list({ form }).replace('2026-06-19', '2026-06-20'), false],
    ['changed in its properties', () => world.list({ form }).replace('2026-09-14', '2026-09-15'), false],
    ['changed in its signature value', () => world.list({ form }).replace(/(value-id-1">.)./, '$1x'), false],
    ['signed by a forger who names himself so', () => signList(forger, { form }), false],
    ['cut', () => world.list({ form }).slice(0, -30), false],
    ['unsigned', () => world.list({ form }).replace(/<(ds:)?Signature .*<\/(ds:)?Signature>/s, ''), false],
    [
      'with two SignedInfo',
      () => world.list({ form }).replace(/(<(ds:)?SignedInfo>.*?<\/(ds:)?SignedInfo>)/s, '$1$1'),
      false,
    ],
  ])('%s', (_name, make, good) => {
    const xml = make();
    expect({ xmlsec: xmlsec(xml), verifier: world.verdict(xml) === 'ok' }).toEqual({ xmlsec: good, verifier: good });
  });

  it('where the closed profile is stricter', () => {
    const comment = world.list({ form }).replace(/(DigestValue>)/, '$1<!-- -->');
    expect([xmlsec(comment), world.verdict(comment)]).toEqual([true, 'profile']);
    const evil = world.list({ form }).replace(/<\/(ds:)?Object>/, '<evil/>$&');
    expect([xmlsec(evil), world.verdict(evil)]).toEqual([true, 'profile']);
  });
});
