import { PacsLink, type Site } from '@drimbox/contracts';
import { Spool } from '@drimbox/spool';
import { createService, eventually, tempDir } from '@drimbox/testing';
import { join } from 'node:path';
import type { ObjectReceiver } from './object-receiver.js';
import type { Asker, Pulled } from './pull.js';
import { type OpenedSeries, Retrievals } from './retrievals.service.js';
import type { Wanted } from './wanted.js';

const link = PacsLink.parse({
  id: 'pacs',
  host: '127.0.0.1',
  port: 104,
  calledAe: 'PACS',
  callingAe: 'DRIMBOX',
  db: 'db1.example.fr',
  vi: 'vi1.example.fr',
  retrieveBy: 'get',
});
const site = { id: 'port', spoolMegabytes: 100 } as Site;
const WANTED = { study: '1.1', series: '1.1.1' };
const ARRIVAL = {
  ...WANTED,
  sopInstance: '1.1.1.1',
  sopClass: '1.2.3',
  transferSyntax: '1.2.840.10008.1.2.1',
  modality: 'CT',
};

const dir = tempDir();
let spool: Spool;
let retrievals: Retrievals;
let pulls: { readonly signal: AbortSignal; readonly end: () => void }[];

beforeEach(async () => {
  pulls = [];
  spool = await Spool.open({
    directory: join(dir, String(Math.random()).slice(2)),
    maxBytes: 1_000_000,
    floorBytesPerSecond: 0,
    floorGraceSeconds: 1,
    keepSeconds: 60,
  });
  /** A PACS that sends one object and ends when it is told to, however early it is asked to stop. */
  const pull = async (_: PacsLink, __: Wanted, receiver: ObjectReceiver, { signal }: Asker): Promise<Pulled> => {
    const sink = receiver.begin(ARRIVAL, () => undefined);
    sink?.headEnds(2);
    sink?.write(Buffer.from('image'));
    sink?.end();
    await new Promise<void>((end) => pulls.push({ signal, end }));
    return { failedInstances: [], failed: 0, warned: 0 };
  };
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  retrievals = createService(Retrievals, [spool, { pull }, { record: () => Promise.resolve() }, quiet]);
});
afterEach(async () => {
  for (const { end } of pulls) end();
  await retrievals.close();
  await spool.close();
});

const open = (): OpenedSeries =>
  retrievals.open(site, link, WANTED, { purpose: 'viewer', flow: 'test', expected: 1, heads: false });

async function endOf({ reader }: OpenedSeries): Promise<unknown> {
  let last: unknown;
  for await (const items of reader) last = items.at(-1);
  return last;
}

it('is shared while somebody reads it', async () => {
  const [one, other] = [open(), open()];
  await eventually(() => expect(pulls).toHaveLength(1));
  pulls[0]?.end();
  for (const opened of [one, other])
    expect(await endOf(opened)).toMatchObject({ type: 'settled', outcome: { outcome: 'complete' } });
});

it('whoever comes while one that nobody read is being cancelled has a whole one of its own', async () => {
  open().reader.close();
  await eventually(() => expect(pulls[0]?.signal.aborted).toBe(true));
  // The PACS has not ended yet.
  const late = open();
  await eventually(() => expect(pulls).toHaveLength(2));
  pulls[0]?.end();
  pulls[1]?.end();
  expect(await endOf(late)).toMatchObject({ type: 'settled', outcome: { outcome: 'complete', received: 1 } });
});
