import { framesOf, outcome, tempDir } from '@drimbox/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { FULL_IDENTITY, OBJECTS } from '../testing/exam.for-spec.js';
import { FROM_VIEWER, Portal } from '../testing/portal.for-spec.js';

/** The shortest that a session may be. */
const IDLE_SECONDS = 30;
const portal = new Portal(tempDir());
const { bridge } = portal;

beforeAll(async () => {
  portal.identity = FULL_IDENTITY;
  portal.objects = [...OBJECTS];
  await portal.start({ DRIMBOX_SESSION_IDLE_SECONDS: String(IDLE_SECONDS), DRIMBOX_FIRST_OBJECT_SECONDS: '5' });
});
afterAll(() => portal.stop());

/** Nobody touches anything: only the archive is under way. Longer than the session, and than the server's limits of a request. */
it('an archive that advances is not cut, however long it takes; its session ends once it is there', async () => {
  const at = await portal.opened();
  const address = (path = ''): { path: string; cookies: Record<string, string>; headers: Record<string, string> } => ({
    path: `${at.exam}/zip${path}`,
    cookies: at.cookies,
    headers: FROM_VIEWER,
  });
  portal.bridge = (wanted, response) => {
    if (wanted.series !== OBJECTS[0]?.series) return bridge(wanted, response);
    void (async () => {
      const frames = OBJECTS.filter(({ series }) => series === wanted.series).flatMap(framesOf);
      response.writeHead(200);
      for (const frame of frames) {
        response.write(frame);
        await sleep((IDLE_SECONDS * 2_500) / frames.length);
      }
      response.end(outcome(2));
    })();
  };
  const { id } = JSON.parse((await portal.ask({ ...address(), method: 'POST' })).text) as { id: string };
  expect((await portal.ask(address(`/${id}`))).whole).toBe(true);
  expect((await portal.ask({ path: `${at.api}/context`, cookies: at.cookies })).status).toBe(200);
  await sleep((IDLE_SECONDS + 12) * 1_000);
  expect((await portal.ask({ path: `${at.api}/context`, cookies: at.cookies })).status).toBe(401);
}, 240_000);
