import { eventually, tempDir } from '@drimbox/testing';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Logger } from '../log/logger.js';
import { testRegistry } from '../registry.for-spec.js';
import { SiteRegistryHolder } from './site-registry.js';

const lines: string[] = [];
const destination = new PassThrough().on('data', (line: Buffer) => lines.push(line.toString()));
const logger = new Logger({ service: 'hl7-ingest', level: 'info', destination });
const file = join(tempDir(), 'registry.json');
const holders: SiteRegistryHolder[] = [];
afterEach(() => holders.splice(0).forEach((holder) => holder.close()));

function write(registry: unknown): void {
  writeFileSync(`${file}.new`, typeof registry === 'string' ? registry : JSON.stringify(registry));
  renameSync(`${file}.new`, file);
}

function open(certificates?: () => ReadonlySet<string>): SiteRegistryHolder {
  const options = { file, logger, watchMilliseconds: 20, ...(certificates && { certificates }) };
  const opened = SiteRegistryHolder.open(options);
  if (!opened.ok) throw new Error(opened.faults.join('\n'));
  holders.push(opened.holder);
  return opened.holder;
}

it('refuses a bad first file with every fault', () => {
  const registry = testRegistry();
  registry.sites[0]!.risSenders[0]!.pacsLink = 'nowhere';
  write(registry);
  expect(SiteRegistryHolder.open({ file, logger, certificates: () => new Set<string>() })).toEqual({
    ok: false,
    faults: [
      expect.stringContaining('nowhere'),
      expect.stringContaining('needs certificate "auth"'),
      expect.stringContaining('needs certificate "sign"'),
    ],
  });
});

it.each([
  ['an absent file', undefined, 'cannot be read'],
  ['a file that is not JSON', '{', 'not JSON'],
])('refuses %s', (_, content, fault) => {
  const other = content === undefined ? `${file}.absent` : file;
  if (content !== undefined) write(content);
  expect(SiteRegistryHolder.open({ file: other, logger })).toEqual({
    ok: false,
    faults: [expect.stringContaining(fault)],
  });
});

it('takes a new version over and tells its listeners', async () => {
  write(testRegistry('Before'));
  const holder = open();
  const told: string[] = [];
  holder.onChange(({ sites }) => told.push(sites[0]!.name));
  write(testRegistry('After the change'));
  await eventually(() => told.length === 1);
  expect(told).toEqual(['After the change']);
  expect(holder.current.sites[0]!.name).toBe('After the change');
});

it('keeps the last good version under a bad one, says each fault, and takes the next good one', async () => {
  write(testRegistry('Good'));
  const holder = open();
  const bad = testRegistry('Bad');
  bad.sites.push(structuredClone(bad.sites[0]!));
  lines.length = 0;
  write(bad);
  await eventually(() => lines.some((line) => line.includes('registry.refused')));
  expect(lines.filter((line) => line.includes('registry.refused')).length).toBeGreaterThan(1);
  expect(holder.current.sites[0]!.name).toBe('Good');
  write(testRegistry('Good again'));
  await eventually(() => holder.current.sites[0]!.name === 'Good again');
});
