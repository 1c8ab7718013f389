import { eventually, tempDir } from '@drimbox/testing';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { FULL_IDENTITY, OBJECTS } from '../testing/exam.for-spec.js';
import { framesIn } from '../testing/parts.for-spec.js';
import { Portal } from '../testing/portal.for-spec.js';

const dir = tempDir();
const portal = new Portal(dir);

beforeAll(async () => {
  const site = join(dir, 'site');
  mkdirSync(site);
  writeFileSync(join(site, 'index.html'), '<!doctype html>');
  portal.identity = FULL_IDENTITY;
  portal.objects = [...OBJECTS];
  await portal.start({ DRIMBOX_VIEWER_SITE_DIR: `${site}/` });
});
afterAll(() => portal.stop());

const { bridge } = portal;
beforeEach(() => {
  portal.bridge = bridge;
  portal.wanted.length = 0;
});

it('begins the first series with the page, and tells the browser what that will ask for', async () => {
  const held: ServerResponse[] = [];
  // The first to ask is given nothing yet, like somebody who waits for the PACS.
  portal.bridge = (wanted, response) => {
    if (held.push(response) > 1) bridge(wanted, response);
    else response.writeHead(200).flushHeaders();
  };
  const { cookies, api, exam } = await portal.opened();
  const page = await portal.ask({ path: `${api.replace('/api', '')}/`, cookies });
  expect(page.status).toBe(200);
  expect(page.headers['link']).toBe(
    [`${api}/context`, `${exam}/series`]
      .map((address) => `<${address}>; rel=preload; as=fetch; crossorigin`)
      .join(', '),
  );
  await eventually(() => Promise.resolve(expect(portal.wanted).toHaveLength(1)));
  const listed = await portal.ask({ path: `${exam}/series`, cookies });
  const { series } = JSON.parse(listed.text) as { series: { id: string; kind: string }[] };
  const first = series.find(({ kind }) => kind !== 'other');
  const answer = await portal.ask({ path: `${exam}/series/${first?.id}`, cookies });
  expect(framesIn(answer).length).toBeGreaterThan(0);
  // The same is asked by both, so one retrieval serves both; who asked ahead has left.
  expect(portal.wanted[1]).toEqual(portal.wanted[0]);
  expect(portal.wanted[0]).toMatchObject({ series: expect.stringMatching(/./) as string, purpose: 'viewer' });
  await eventually(() => Promise.resolve(expect(held[0]?.destroyed).toBe(true)));
});

it('begins nothing for a page that is not given', async () => {
  const { api } = await portal.opened();
  const page = await portal.ask({ path: `${api.replace('/api', '')}/`, cookies: await portal.signedIn() });
  expect([page.status, page.headers['link']]).toEqual([401, undefined]);
  expect(portal.wanted).toEqual([]);
});

it('shows the page though the PACS does not answer', async () => {
  portal.bridge = (_wanted, response) => void response.writeHead(503).end();
  const { cookies, api } = await portal.opened();
  const page = await portal.ask({ path: `${api.replace('/api', '')}/`, cookies });
  expect(page.status).toBe(200);
  await eventually(() => Promise.resolve(expect(portal.wanted).toHaveLength(1)));
  portal.bridge = bridge;
  const again = await portal.ask({ path: `${api.replace('/api', '')}/`, cookies });
  expect(again.status).toBe(200);
});
