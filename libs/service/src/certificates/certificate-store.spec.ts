import { eventually, tempDir, TestCa } from '@drimbox/testing';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Logger } from '../log/logger.js';
import { CertificateStore } from './certificate-store.js';
import { readPair } from './pair.js';

const lines: string[] = [];
const destination = new PassThrough().on('data', (line: Buffer) => lines.push(line.toString()));
const logger = new Logger({ service: 'kos-publisher', level: 'info', destination });
const root = tempDir();
const ca = new TestCa(join(root, 'ca'));
const dir = join(root, 'store');
ca.identity(dir, 'unused');
const put = (name: string, days?: number): void =>
  ca.pair(join(dir, `${name}.cert.pem`), join(dir, `${name}.key.pem`), name, days);
const certOf = (name: string): string => readFileSync(join(dir, `${name}.cert.pem`), 'utf8');
const keyOf = (name: string): string => readFileSync(join(dir, `${name}.key.pem`), 'utf8');

put('auth', 3);
put('sign', 9);
const store = new CertificateStore(dir, logger, 20);
afterAll(() => store.close());

it('holds the usable couples, the anchors and the calendar, soonest end first', () => {
  expect([...store.names()]).toEqual(['auth', 'sign']);
  expect(store.get('auth')?.leaf.subject).toBe('CN=auth');
  expect(store.get('nobody')).toBeUndefined();
  expect(store.anchors()).toContain('BEGIN CERTIFICATE');
  expect(store.expiries().map(({ name }) => name)).toEqual(['auth', 'sign']);
});

it('follows a renewal and a couple that appears, and tells its listeners', async () => {
  let told = 0;
  store.onChange(() => told++);
  const before = store.get('auth')!.leaf.serialNumber;
  put('auth');
  put('late');
  await eventually(() => store.names().has('late') && store.get('auth')!.leaf.serialNumber !== before);
  expect(told).toBeGreaterThan(0);
});

it('keeps the last good couple while its files do not belong together', async () => {
  const good = store.get('sign')!.leaf.serialNumber;
  lines.length = 0;
  copyFileSync(join(dir, 'auth.key.pem'), join(dir, 'sign.key.pem'));
  await eventually(() => lines.some((line) => line.includes('certificate.refused')));
  expect(store.get('sign')?.leaf.serialNumber).toBe(good);
});

it('forgets a couple whose certificate was removed', async () => {
  rmSync(join(dir, 'late.cert.pem'));
  await eventually(() => !store.names().has('late'));
});

it.each([
  [
    'a key of another certificate',
    () => readPair(certOf('auth'), readFileSync(join(root, 'ca', 'ca.key'), 'utf8')),
    'not the certificate',
  ],
  ['what is no certificate', () => readPair('x', keyOf('auth')), 'not PEM X.509'],
  ['what is no key', () => readPair(certOf('auth'), 'x'), 'not a PEM private key'],
  ['an expired certificate', () => readPair(certOf('auth'), keyOf('auth'), new Date('2100-01-01')), 'expired'],
  [
    'a certificate of the future',
    () => readPair(certOf('auth'), keyOf('auth'), new Date('2000-01-01')),
    'not valid before',
  ],
])('refuses %s', (_, read, fault) => {
  expect(read()).toEqual({ ok: false, fault: expect.stringContaining(fault) as string });
});

it('is empty without a folder', () => {
  const none = new CertificateStore(undefined, logger);
  expect([...none.names()]).toEqual([]);
  expect(none.anchors()).toBeUndefined();
});
