import { eventually, framesOf, tempDir } from '@drimbox/testing';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FULL_IDENTITY, MP4, OBJECTS } from '../testing/exam.for-spec.js';
import type { Answer } from '../testing/ask.for-spec.js';
import { FROM_VIEWER, Portal } from '../testing/portal.for-spec.js';

const dir = tempDir();
const portal = new Portal(dir);
const { bridge } = portal;
let at: Awaited<ReturnType<Portal['opened']>>;

beforeAll(async () => {
  portal.identity = FULL_IDENTITY;
  portal.objects = [...OBJECTS];
  await portal.start();
  at = await portal.opened();
});
afterAll(() => portal.stop());
afterEach(() => {
  portal.bridge = bridge;
});

const send = (path: string, method = 'GET', headers = FROM_VIEWER): Promise<Answer> =>
  portal.ask({ path: `${at.exam}/zip${path}`, method, cookies: at.cookies, headers });
/** One at a time: the end of the one before may still be being written. */
const begin = (): Promise<string> =>
  eventually(async () => {
    const asked = await send('', 'POST');
    expect(asked.status).toBe(201);
    return (JSON.parse(asked.text) as { id: string }).id;
  });
const progressOf = async (id: string): Promise<Record<string, unknown>> =>
  JSON.parse((await send(`/${id}/progress`)).text) as Record<string, unknown>;
const lastEvent = async (): Promise<Record<string, unknown> | undefined> =>
  (await portal.events('image.served')).at(-1);

it('is an archive whose DICOMDIR other implementations find right, and whose objects they read', async () => {
  const id = await begin();
  const answer = await send(`/${id}`);
  const file = join(dir, 'exam.zip');
  const out = join(dir, 'exam');
  writeFileSync(file, answer.body);
  execFileSync('unzip', ['-q', file, '-d', out]);
  const dicomdir = join(out, 'DICOMDIR');

  const listed = execFileSync('dcmdump', ['-q', '+P', 'ReferencedFileID', dicomdir], { encoding: 'utf8' });
  const names = [...listed.matchAll(/\[(DICOM[^\]]+)\]/g)].map(([, name = '']) => name.replaceAll('\\', '/'));
  expect(names).toHaveLength(OBJECTS.length);
  for (const name of names) {
    const path = join(out, name);
    expect(existsSync(path)).toBe(true);
    expect(execFileSync('dcmftest', [path], { encoding: 'utf8' })).toMatch(/^yes:/);
    // The preamble could be anything, an executable among others: it is nothing.
    expect(readFileSync(path).subarray(0, 128).equals(Buffer.alloc(128))).toBe(true);
  }
  expect(readFileSync(join(out, 'DICOM/S0000004/I0000001')).includes(MP4.subarray(0, 1_000))).toBe(true);

  // It reports on standard error, and its status is that of the process, not of the object.
  const { stderr } = spawnSync('dciodvfy', ['-new', dicomdir], { encoding: 'utf8' });
  expect(stderr).toContain('BasicDirectory');
  expect(stderr.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);

  const all = OBJECTS.length;
  await eventually(async () =>
    expect(await progressOf(id)).toMatchObject({ state: 'complete', received: all, expected: all }),
  );
  await eventually(async () => expect(await portal.rows('select id from access_open')).toEqual([]));
  expect(await lastEvent()).toMatchObject({ door: 'viewer', level: 'study', outcome: 'complete' });
  expect((await portal.records('110106')).at(-1)).toMatchObject({ event: { outcome: 0 }, detail: { level: 'study' } });
});

/** pacs-bridge gives one object and no more. */
const stuck = (): { released: () => boolean } => {
  let gone = false;
  portal.bridge = (_wanted, response) => {
    response.writeHead(200);
    for (const frame of framesOf(OBJECTS[0]!)) response.write(frame);
    response.once('close', () => (gone = true));
  };
  return { released: () => gone };
};

it('is cut when it is told to be: cancelled, recorded, and the PACS side let go', async () => {
  const { released } = stuck();
  const id = await begin();
  let told: Promise<Answer> | undefined;
  const answer = await portal.ask({
    path: `${at.exam}/zip/${id}`,
    cookies: at.cookies,
    onData: () => void (told ??= send(`/${id}`, 'DELETE')),
  });
  expect([(await told)?.status, answer.whole]).toEqual([204, false]);
  await eventually(async () => expect(await lastEvent()).toMatchObject({ outcome: 'cancelled', code: 'DRIM-315' }));
  expect(await progressOf(id)).toMatchObject({ state: 'cancelled' });
  await eventually(() => expect(released()).toBe(true));
  expect((await portal.records('110106')).at(-1)?.event.outcome).toBe(4);
  // Another one may begin.
  portal.bridge = bridge;
  expect((await send(`/${await begin()}`)).whole).toBe(true);
});

it('whose reader goes is cancelled too', async () => {
  const { released } = stuck();
  const id = await begin();
  await portal.ask({ path: `${at.exam}/zip/${id}`, cookies: at.cookies, onData: (_, cut) => cut() });
  await eventually(async () => expect(await progressOf(id)).toMatchObject({ state: 'cancelled' }));
  await eventually(() => expect(released()).toBe(true));
});

it('that misses an object is never a whole archive', async () => {
  portal.bridge = (wanted, response) => {
    portal.objects = OBJECTS.filter(({ sopInstance }) => sopInstance !== OBJECTS[1]!.sopInstance);
    if (wanted.series !== OBJECTS[0]!.series) return bridge(wanted, response);
    response.writeHead(200);
    for (const frame of framesOf(OBJECTS[0]!)) response.write(frame);
    setTimeout(() => response.destroy(), 100);
  };
  const id = await begin();
  expect((await send(`/${id}`)).whole).toBe(false);
  await eventually(async () => expect(await progressOf(id)).toMatchObject({ state: 'incomplete' }));
  portal.objects = [...OBJECTS];
});

it('needs the header that another site cannot send, and is given once', async () => {
  expect((await send('', 'POST', {} as typeof FROM_VIEWER)).status).toBe(403);
  const id = await begin();
  expect((await send(`/${id}`)).whole).toBe(true);
  expect((await send(`/${id}`)).status).toBe(404);
});
