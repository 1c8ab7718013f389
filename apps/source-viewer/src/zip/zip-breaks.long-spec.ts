import { eventually, framesOf, tempDir } from '@drimbox/testing';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FULL_IDENTITY, OBJECTS } from '../testing/exam.for-spec.js';
import { greyOf, greyPixels, objectOf } from '../testing/objects.for-spec.js';
import { FROM_VIEWER, Portal } from '../testing/portal.for-spec.js';

const dir = tempDir();
const portal = new Portal(dir);
const { bridge } = portal;
let at: Awaited<ReturnType<Portal['opened']>>;

/** Native and noisy: large enough that no socket takes it whole. */
const SIDE = 2_048;
const LARGE = objectOf({
  series: '1.2.3.9',
  uid: '1.2.3.9.1',
  sopClass: '1.2.840.10008.5.1.4.1.1.2',
  modality: 'CT',
  more: greyOf(SIDE, SIDE, 2),
  pixels: Buffer.concat([1, 2].map((n) => greyPixels(SIDE, SIDE, n))),
});

beforeAll(async () => {
  portal.identity = {
    ...FULL_IDENTITY,
    series: [
      ...FULL_IDENTITY.series,
      {
        uid: LARGE.series,
        modality: 'CT',
        description: '',
        instances: [{ uid: LARGE.sopInstance, sopClass: LARGE.sopClass, keyObjects: [] }],
      },
    ],
  };
  portal.objects = [...OBJECTS, LARGE];
  await portal.start({ DRIMBOX_STALL_SECONDS: '5' });
  at = await portal.opened();
});
afterAll(() => portal.stop());
afterEach(() => {
  portal.bridge = bridge;
});

const address = (path = ''): { path: string; cookies: Record<string, string>; headers: Record<string, string> } => ({
  path: `${at.exam}/zip${path}`,
  cookies: at.cookies,
  headers: FROM_VIEWER,
});
const begin = (): Promise<string> =>
  eventually(async () => {
    const asked = await portal.ask({ ...address(), method: 'POST' });
    expect(asked.status).toBe(201);
    return (JSON.parse(asked.text) as { id: string }).id;
  });
const progressOf = async (id: string): Promise<Record<string, unknown>> =>
  JSON.parse((await portal.ask(address(`/${id}/progress`))).text) as Record<string, unknown>;
const lastEvent = async (): Promise<Record<string, unknown> | undefined> =>
  (await portal.events('image.served')).at(-1);

/** Digests of the objects of an archive, which unzip finds whole. */
function objectsIn(archive: Buffer, name: string): string[] {
  const file = join(dir, `${name}.zip`);
  writeFileSync(file, archive);
  execFileSync('unzip', ['-tq', file]);
  const listed = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' }).trim().split('\n');
  return listed
    .filter((path) => path !== 'DICOMDIR')
    .map((path) => execFileSync('unzip', ['-p', file, path], { maxBuffer: 2 ** 30 }))
    .map((bytes) => createHash('sha256').update(bytes).digest('hex'))
    .toSorted();
}

let whole: string[];
beforeAll(async () => {
  whole = objectsIn((await portal.ask(address(`/${await begin()}`))).body, 'whole');
  expect(whole).toHaveLength(OBJECTS.length + 1);
});

describe('what breaks off behind the portal does not cut an archive', () => {
  it.each<[string, (frames: readonly Buffer[]) => number]>([
    ['between two objects', (frames) => frames.length],
    ['in the head of an object', () => 2],
    ['in its pixels', (frames) => Math.floor(frames.length / 2)],
    ['before its end is told', (frames) => frames.length - 1],
  ])('%s: it is asked for again, and every object is there once, whole', async (name, sent) => {
    let breaks = 2;
    portal.bridge = (wanted, response) => {
      const [first] = portal.objects.filter(({ series }) => series === wanted.series);
      if (breaks === 0 || !first) return bridge(wanted, response);
      breaks -= 1;
      response.writeHead(200);
      const frames = framesOf(first);
      for (const frame of frames.slice(0, sent(frames))) response.write(frame);
      setTimeout(() => response.destroy(), 50);
    };
    const answer = await portal.ask(address(`/${await begin()}`));
    expect([answer.whole, breaks]).toEqual([true, 0]);
    expect(objectsIn(answer.body, name.replaceAll(' ', '-'))).toEqual(whole);
    await eventually(async () => expect(await lastEvent()).toMatchObject({ level: 'study', outcome: 'complete' }));
  });

  it('a pacs-bridge that is away for a moment is asked again', async () => {
    let away = 2;
    portal.bridge = (wanted, response) => {
      if (away === 0) return bridge(wanted, response);
      away -= 1;
      response.destroy();
    };
    const answer = await portal.ask(address(`/${await begin()}`));
    expect(objectsIn(answer.body, 'away')).toEqual(whole);
  });

  it('an object that comes again with other bytes is never put together with what came before', async () => {
    let first = true;
    portal.bridge = (wanted, response) => {
      if (wanted.series !== LARGE.series) return bridge(wanted, response);
      const frames = framesOf(first ? LARGE : { ...LARGE, bytes: Buffer.from(LARGE.bytes).fill(1, 400, 5_000) });
      response.writeHead(200);
      for (const frame of frames.slice(0, first ? 200 : frames.length)) response.write(frame);
      if (first) setTimeout(() => response.destroy(), 50);
      else response.end();
      first = false;
    };
    expect((await portal.ask(address(`/${await begin()}`))).whole).toBe(false);
    await eventually(async () => expect(await lastEvent()).toMatchObject({ outcome: 'incomplete' }));
  });
});

describe('the reader of an archive', () => {
  it('that pauses for less than the limit goes on to its end', async () => {
    const response = await portal.begin(address(`/${await begin()}`));
    const pieces: Buffer[] = [];
    let [paused, length] = [0, 0];
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (paused === 3 || length < (paused + 1) * 2_000_000) continue;
      paused += 1;
      await sleep(1_000);
    }
    expect([response.complete, paused]).toEqual([true, 3]);
    expect(objectsIn(Buffer.concat(pieces), 'paused')).toEqual(whole);
  });

  it('that takes nothing for longer is cut, and another archive may begin', async () => {
    const id = await begin();
    const response = await portal.begin(address(`/${id}`));
    await eventually(async () => expect(await progressOf(id)).toMatchObject({ state: 'failed' }), 30_000);
    await eventually(async () => expect(await lastEvent()).toMatchObject({ outcome: 'failed', code: 'DRIM-312' }));
    response.destroy();
    expect((await portal.ask(address(`/${await begin()}`))).whole).toBe(true);
  });
});

it('a process that died with an archive under way does not hold up the next one', async () => {
  const id = await begin();
  const view = at.api.slice('/api/v/'.length);
  await portal.execute(`update portal_export set state = 'running', seen_at = now() where id = '${id}'`);
  expect((await portal.ask({ ...address(), method: 'POST' })).status).toBe(429);
  await portal.execute(`update portal_export set seen_at = now() - interval '31 seconds' where view_id = '${view}'`);
  expect(await progressOf(id)).toMatchObject({ state: 'failed' });
  expect((await portal.ask(address(`/${await begin()}`))).whole).toBe(true);
});
