import { CodecPool } from '@drimbox/codecs';
import { describeImage, type ImageDescription, readDataset } from '@drimbox/dicom';
import { eventually, framesOf, tempDir } from '@drimbox/testing';
import { CT, DOCUMENT, ENHANCED, FULL_IDENTITY, MP4, OBJECTS, PDF, SIDE, US, VIDEO } from '../testing/exam.for-spec.js';
import { colourPixels, greyPixels } from '../testing/objects.for-spec.js';
import { framesIn, headIn, partsOf, type TestPart } from '../testing/parts.for-spec.js';
import type { Answer } from '../testing/ask.for-spec.js';
import { FROM_VIEWER, Portal } from '../testing/portal.for-spec.js';

const NATIVE = '1.2.840.10008.1.2.1';
const portal = new Portal(tempDir());
const pool = new CodecPool({ threads: 1 });
let at: Awaited<ReturnType<Portal['opened']>>;
let ids: Map<string, string>;

beforeAll(async () => {
  portal.identity = FULL_IDENTITY;
  portal.objects = [...OBJECTS];
  await portal.start();
  at = await portal.opened();
  const listed = await portal.ask({ path: `${at.exam}/series`, cookies: at.cookies });
  const { series } = JSON.parse(listed.text) as { series: { id: string; modality: string }[] };
  const order = FULL_IDENTITY.series.map(({ uid }) => uid);
  ids = new Map(series.map(({ id }, index) => [order[index] ?? '', id]));
});
afterAll(async () => {
  await portal.stop();
  await pool.close();
});

const { bridge } = portal;
afterEach(() => {
  portal.bridge = bridge;
});

const stream = (uid: string, query = ''): Promise<Answer> =>
  portal.ask({ path: `${at.exam}/series/${ids.get(uid)}${query}`, cookies: at.cookies });
const lastEvent = async (): Promise<Record<string, unknown> | undefined> =>
  (await portal.events('image.served')).at(-1);
const open = (): Promise<unknown[]> => portal.rows('select facts from access_open');

const imageOf = (uid: string): ImageDescription => {
  const object = OBJECTS.find(({ series }) => series === uid)!;
  return describeImage(readDataset(object.bytes, { transferSyntax: NATIVE, unknownCharset: 'replace' }))!;
};
const decoded = async ({ type, body }: TestPart, uid: string, photometric?: string): Promise<Buffer> => {
  const image = { ...imageOf(uid), frames: 1, ...(photometric !== undefined && { photometric }) };
  const from = /transfer-syntax=([0-9.]+)/.exec(type)?.[1] ?? '';
  const result = await pool.transcode({ bytes: Buffer.from(body), image, from, to: NATIVE, quality: 90 });
  return Buffer.from(result.bytes);
};

describe('a series', () => {
  it('is given whole, every pixel as it was, and leaves one record and one event', async () => {
    const answer = await stream(CT);
    const frames = framesIn(answer);
    expect(frames.map(({ type }) => type)).toEqual(
      [1, 2].map(() => 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80'),
    );
    expect((await decoded(frames[0]!, CT)).equals(greyPixels(SIDE, SIDE, 1))).toBe(true);
    expect(partsOf(answer.body).at(-1)?.body.toString('utf8')).toBe('{"received":2,"expected":2,"outcome":"complete"}');
    await eventually(async () => expect(await open()).toEqual([]));
    expect(await lastEvent()).toMatchObject({
      door: 'viewer',
      level: 'series',
      series: CT,
      outcome: 'complete',
      objects: [{ modality: 'CT', instances: 2, transferSyntax: '1.2.840.10008.1.2.4.80' }],
    });
    const record = (await portal.records('110104')).at(-1);
    expect(record).toMatchObject({
      event: { outcome: 0 },
      participants: [{ userId: 'patient-1' }, { userId: 'source-viewer' }],
      objects: [{ kind: 'patient' }, { kind: 'study', uid: '1.2.3' }, { kind: 'document', uniqueId: '1.2.3.9' }],
      detail: { level: 'series', series: CT, instances: 2, profile: 'patient' },
    });
  });

  it('has its row before its first byte; gone with its reader, it is recorded as cancelled and the PACS side is let go', async () => {
    let released = false;
    portal.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of framesOf(OBJECTS[0]!)) response.write(frame);
      response.once('close', () => (released = true));
    };
    let rows: unknown[] = [];
    let looked: Promise<void> | undefined;
    await portal.ask({
      path: `${at.exam}/series/${ids.get(CT)}`,
      cookies: at.cookies,
      onData: (_, cut) => {
        looked ??= open().then((found) => {
          rows = found;
          cut();
        });
      },
    });
    await looked;
    expect(rows).toMatchObject([{ facts: { level: 'series', series: CT, person: { id: 'patient-1' } } }]);
    await eventually(async () => expect(await open()).toEqual([]));
    expect(await lastEvent()).toMatchObject({ outcome: 'cancelled', code: 'DRIM-315' });
    await eventually(async () => expect(released).toBe(true));
  });

  it('of an exam that is withdrawn meanwhile is cut without its end; what is asked then is refused, and counted', async () => {
    portal.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of framesOf(OBJECTS[0]!)) response.write(frame);
    };
    let withdrawn: Promise<void> | undefined;
    const answer = await portal.ask({
      path: `${at.exam}/series/${ids.get(CT)}`,
      cookies: at.cookies,
      onData: () => void (withdrawn ??= portal.execute('update exam set shown = false')),
    });
    expect(answer.whole).toBe(false);
    expect(answer.text).not.toContain('outcome+json');
    await eventually(async () => expect(await lastEvent()).toMatchObject({ outcome: 'failed', code: 'DRIM-709' }));
    const before = (await portal.events('image.refused')).length;
    expect((await stream(CT)).status).toBe(403);
    expect((await portal.events('image.refused')).slice(before)).toMatchObject([{ door: 'viewer', code: 'DRIM-709' }]);
    await portal.execute('update exam set shown = true');
  });

  it('that the PACS could not give whole says so at its end', async () => {
    portal.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of framesOf(OBJECTS[0]!)) response.write(frame);
      setTimeout(() => response.destroy(), 200);
    };
    const said =
      partsOf((await stream(CT)).body)
        .at(-1)
        ?.body.toString('utf8') ?? '';
    expect(said).toBe('{"received":1,"expected":2,"outcome":"incomplete","code":"DRIM-308"}');
  });

  it('left open by a process that died is recorded once, as interrupted', async () => {
    const facts = {
      id: '00000000-0000-4000-8000-00000000dead',
      site: 'port',
      pacsLink: 'pacs-1',
      study: '1.2.3',
      level: 'series',
      kos: '1.2.3.9',
      person: { id: 'patient-1' },
      profile: 'patient',
      patient: { matricule: '279035121518989', oid: '1.2.250.1.213.1.4.10' },
      from: { address: '127.0.0.1', port: 4242 },
    };
    await portal.viewer.stop();
    await portal.execute(
      `insert into access_open (id, owner, facts) values ('${facts.id}', gen_random_uuid(), '${JSON.stringify(facts)}')`,
    );
    await portal.startViewer();
    at = await portal.opened();
    const events = await portal.events('image.served');
    expect(events.filter(({ requestId }) => requestId === facts.id)).toMatchObject([
      { outcome: 'failed', code: 'DRIM-100', door: 'viewer' },
    ]);
    expect((await portal.records('110104')).at(-1)?.event.outcomeDescription).toBe(
      'interrupted: the service stopped meanwhile',
    );
    const listed = await portal.ask({ path: `${at.exam}/series`, cookies: at.cookies });
    const { series } = JSON.parse(listed.text) as { series: { id: string }[] };
    ids = new Map(series.map(({ id }, index) => [FULL_IDENTITY.series[index]?.uid ?? '', id]));
  });
});

describe('quality=lossy', () => {
  it('moves a voxel of CT by no more than 4 HU, says so on each frame, and saves much', async () => {
    const [plain, lossy] = [await stream(CT), await stream(CT, '?quality=lossy')];
    const frames = framesIn(lossy);
    expect(frames.map(({ type }) => type)).toEqual(
      [1, 2].map(() => 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.81; lossy=1'),
    );
    expect(frames[0]!.body.length).toBeLessThan(framesIn(plain)[0]!.body.length * 0.75);
    const [pixels, before] = [await decoded(frames[0]!, CT), greyPixels(SIDE, SIDE, 1)];
    let largest = 0;
    for (let n = 0; n < SIDE * SIDE; n++)
      largest = Math.max(largest, Math.abs(pixels.readUInt16LE(2 * n) - before.readUInt16LE(2 * n)));
    expect([largest > 0, largest <= 4]).toEqual([true, true]);
  });

  it('makes JPEG of colour, near what it was, and the head says what it holds', async () => {
    const lossy = await stream(US, '?quality=lossy');
    const frames = framesIn(lossy);
    expect(frames.map(({ type }) => type)).toEqual(
      [1, 2].map(() => 'image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50; lossy=1'),
    );
    expect(headIn(lossy)['00280004']?.Value).toEqual(['YBR_FULL_422']);
    const [pixels, before] = [await decoded(frames[0]!, US, 'YBR_FULL_422'), colourPixels(SIDE, SIDE)];
    const off = pixels.reduce((sum, value, n) => sum + Math.abs(value - before[n]!), 0) / pixels.length;
    expect(off).toBeLessThan(4);
    const plain = await stream(US);
    expect(headIn(plain)['00280004']?.Value).toEqual(['RGB']);
    expect((await decoded(framesIn(plain)[1]!, US)).equals(before)).toBe(true);
  });

  it.each([
    ['small frames', ENHANCED],
    ['films', VIDEO],
  ])('leaves %s as they are', async (_, uid) => {
    const types = framesIn(await stream(uid, '?quality=lossy')).map(({ type }) => type);
    expect(types.length).toBeGreaterThan(0);
    expect(types.join()).not.toContain('lossy=1');
  });

  it('knows no third one', async () => expect((await stream(CT, '?quality=best')).status).toBe(400));
});

describe('one frame, one document', () => {
  const instanceOf = async (uid: string): Promise<string> => {
    const location = partsOf((await stream(uid)).body).find(({ type }) => type === 'application/dicom+json')?.location;
    return `${at.exam}/series/${ids.get(uid)}/${location}`;
  };
  const ask = (path: string): Promise<Answer> => portal.ask({ path, cookies: at.cookies });

  it('of an enhanced multi-frame object: each frame its own pixels, and none beyond', async () => {
    const instance = await instanceOf(ENHANCED);
    for (const n of [1, 3]) {
      const answer = await ask(`${instance}/frames/${n}`);
      const type = String(answer.headers['content-type']);
      expect([answer.status, type]).toEqual([200, 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80']);
      const pixels = await decoded({ type, location: '', body: answer.body }, ENHANCED);
      expect(pixels.equals(greyPixels(64, 64, n))).toBe(true);
      await eventually(async () =>
        expect(await lastEvent()).toMatchObject({
          level: 'frames',
          outcome: 'complete',
          objects: [{ modality: 'MR' }],
        }),
      );
    }
    for (const n of ['4', '0', 'x', '1/2']) expect((await ask(`${instance}/frames/${n}`)).status).toBe(404);
    await eventually(async () => expect(await open()).toEqual([]));
  });

  it('a film is the body of frame 1', async () => {
    const [part] = framesIn(await stream(VIDEO));
    expect(part).toMatchObject({ type: 'video/mp4; transfer-syntax=1.2.840.10008.1.2.4.102' });
    expect(part?.location).toMatch(/frames\/1$/);
    expect(part?.body.equals(MP4)).toBe(true);
    const answer = await ask(`${await instanceOf(VIDEO)}/frames/1`);
    expect([answer.headers['content-type'], answer.body.equals(MP4)]).toEqual([part?.type, true]);
  });

  it('a document is saved, never shown', async () => {
    const answer = await ask(`${await instanceOf(DOCUMENT)}/document`);
    expect([answer.status, answer.body.subarray(0, PDF.length).equals(PDF)]).toEqual([200, true]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename="document.pdf"',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    await eventually(async () => expect(await lastEvent()).toMatchObject({ level: 'instance', outcome: 'complete' }));
    expect((await ask(`${await instanceOf(CT)}/document`)).status).toBe(404);
  });

  it('opens nothing of another view', async () => {
    const other = await portal.opened(portal.patient('patient-2'));
    const path = `${await instanceOf(CT)}/frames/1`;
    expect((await portal.ask({ path, cookies: other.cookies })).status).toBe(401);
    expect((await portal.ask({ path: path.replace(at.api, other.api), cookies: other.cookies })).status).toBe(404);
  });
});

it('tells pacs-bridge what is looked at, in its order', async () => {
  const path = `${at.exam}/priority`;
  const headers = { ...FROM_VIEWER, 'content-type': 'application/json' };
  const post = (body: unknown, more: Record<string, string> = headers): Promise<Answer> =>
    portal.ask({ path, method: 'POST', cookies: at.cookies, headers: more, body: JSON.stringify(body) });
  expect((await post({ series: [ids.get(US), ids.get(CT), 'unknown'] })).status).toBe(204);
  const flow = at.api.slice('/api/v/'.length);
  expect(portal.told.at(-1)).toEqual({ path: '/links/pacs-1/preference', body: { flow, series: [US, CT] } });
  expect(portal.wanted.at(-1)).toMatchObject({ flow, purpose: 'viewer' });
  expect((await post({ series: 'x' })).status).toBe(400);
  expect((await post({ series: [ids.get(US)] }, {})).status).toBe(403);
});
