import { eventually, framesOf, tempDir } from '@drimbox/testing';
import type { Answer } from '../testing/ask.for-spec.js';
import { CT, OBJECTS, SIDE, US } from '../testing/exam.for-spec.js';
import { greyPixels } from '../testing/objects.for-spec.js';
import { OpenView } from '../testing/open-view.for-spec.js';
import { framesIn, partsOf } from '../testing/parts.for-spec.js';
import { FROM_VIEWER, Portal } from '../testing/portal.for-spec.js';

const portal = new Portal(tempDir());
const view = new OpenView(portal);
beforeAll(async () => {
  await portal.start();
  await view.open();
});
afterAll(() => view.close());

const { bridge } = portal;
afterEach(() => {
  portal.bridge = bridge;
});

describe('a series', () => {
  it('is given whole, every pixel as it was, and leaves one record and one event', async () => {
    const answer = await view.stream(CT);
    const frames = framesIn(answer);
    expect(frames.map(({ type }) => type)).toEqual(
      [1, 2].map(() => 'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80'),
    );
    expect((await view.decoded(frames[0]!, CT)).equals(greyPixels(SIDE, SIDE, 1))).toBe(true);
    expect(partsOf(answer.body).at(-1)?.body.toString('utf8')).toBe('{"received":2,"expected":2,"outcome":"complete"}');
    await eventually(async () => expect(await view.underWay()).toEqual([]));
    expect(await view.lastEvent()).toMatchObject({
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
      path: view.pathOf(CT),
      cookies: view.cookies,
      onData: (_, cut) => {
        looked ??= view.underWay().then((found) => {
          rows = found;
          cut();
        });
      },
    });
    await looked;
    expect(rows).toMatchObject([{ facts: { level: 'series', series: CT, person: { id: 'patient-1' } } }]);
    await eventually(async () => expect(await view.underWay()).toEqual([]));
    expect(await view.lastEvent()).toMatchObject({ outcome: 'cancelled', code: 'DRIM-315' });
    await eventually(async () => expect(released).toBe(true));
  });

  it('of an exam that is withdrawn meanwhile is cut without its end; what is asked then is refused, and counted', async () => {
    portal.bridge = (_wanted, response) => {
      response.writeHead(200);
      for (const frame of framesOf(OBJECTS[0]!)) response.write(frame);
    };
    let withdrawn: Promise<void> | undefined;
    const answer = await portal.ask({
      path: view.pathOf(CT),
      cookies: view.cookies,
      onData: () => void (withdrawn ??= portal.execute('update exam set shown = false')),
    });
    expect(answer.whole).toBe(false);
    expect(answer.text).not.toContain('outcome+json');
    await eventually(async () => expect(await view.lastEvent()).toMatchObject({ outcome: 'failed', code: 'DRIM-709' }));
    const before = (await portal.events('image.refused')).length;
    expect((await view.stream(CT)).status).toBe(403);
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
      partsOf((await view.stream(CT)).body)
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
    await view.open();
    const events = await portal.events('image.served');
    expect(events.filter(({ requestId }) => requestId === facts.id)).toMatchObject([
      { outcome: 'failed', code: 'DRIM-100', door: 'viewer' },
    ]);
    expect((await portal.records('110104')).at(-1)?.event.outcomeDescription).toBe(
      'interrupted: the service stopped meanwhile',
    );
  });
});

it('tells pacs-bridge what is looked at, in its order', async () => {
  const path = `${view.exam}/priority`;
  const headers = { ...FROM_VIEWER, 'content-type': 'application/json' };
  const post = (body: unknown, more: Record<string, string> = headers): Promise<Answer> =>
    portal.ask({ path, method: 'POST', cookies: view.cookies, headers: more, body: JSON.stringify(body) });
  await view.stream(CT);
  expect((await post({ series: [view.ids.get(US), view.ids.get(CT), 'unknown'] })).status).toBe(204);
  const flow = view.api.slice('/api/v/'.length);
  expect(portal.told.at(-1)).toEqual({ path: '/links/pacs-1/preference', body: { flow, series: [US, CT] } });
  expect(portal.wanted.at(-1)).toMatchObject({ flow, purpose: 'viewer' });
  expect((await post({ series: 'x' })).status).toBe(400);
  expect((await post({ series: [view.ids.get(US)] }, {})).status).toBe(403);
});
