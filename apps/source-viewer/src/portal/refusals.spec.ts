import { tempDir } from '@drimbox/testing';
import { createHash } from 'node:crypto';
import { PIVOT, PROFESSIONAL } from '../testing/facts.for-spec.js';
import type { Answer } from '../testing/ask.for-spec.js';
import { Portal, SESSION } from '../testing/portal.for-spec.js';
import { LINK, Ways } from '../testing/ways.for-spec.js';

const portal = new Portal(tempDir());
const ways = new Ways(portal);
beforeAll(() => portal.start());
afterAll(() => portal.stop());
beforeEach(() => ways.reset());

describe('the one page of all refusals', () => {
  const digestOf = ({ status, headers, body }: Answer): string => {
    const { date: _date, 'set-cookie': cookies, ...rest } = headers;
    // The link to the other language names the visit.
    const page = body.toString('utf8').replace(/href="\/acces\/[^"]*"/, '');
    return createHash('sha256')
      .update(JSON.stringify([status, rest, cookies?.map((line) => line.replace(/=[^;]*/, '')), page]))
      .digest('hex');
  };
  const hide = (sql: string): Promise<void> => portal.execute(`update exam set ${sql}`);
  afterEach(() => hide('shown = true, invisible_to_subject = false'));

  it('is the same, byte for byte, for what is unknown, withdrawn, hidden, or somebody else’s', async () => {
    const refusals: [string, Answer][] = [];
    const refused = async (name: string, profile: string, link = LINK): Promise<void> => {
      refusals.push([name, (await ways.enter(profile, link)).end]);
    };
    await refused('unknown study', 'patient', LINK.replace('1.2.3', '1.2.4'));
    await refused('another accession number', 'patient', LINK.replace('A1', 'A9'));
    await refused('another report', 'patient', LINK.replace('1.2.9_2', '1.2.9_7'));
    portal.fc.identity = { ...PIVOT, familyName: 'AUTRE' };
    await refused('somebody else', 'patient');
    portal.fc.identity = PIVOT;
    await hide('invisible_to_subject = true');
    await refused('hidden from the patient', 'patient');
    await hide('shown = false, invisible_to_subject = false');
    await refused('withdrawn', 'patient');
    expect(refusals.map(([name, { status }]) => [name, status])).toEqual(refusals.map(([name]) => [name, 403]));
    expect(new Set(refusals.map(([, answer]) => digestOf(answer))).size).toBe(1);
    expect(refusals[0]?.[1].body.toString('utf8')).toContain('Imagerie du Port');
  });

  it('a kos-publisher that is away tells nothing of what there is', async () => {
    portal.publisherAway = true;
    const answers = [];
    for (const link of [LINK, LINK.replace('1.2.3', '1.2.4')]) answers.push((await ways.enter('patient', link)).end);
    await hide('shown = false');
    answers.push((await ways.enter('patient')).end);
    portal.publisherAway = false;
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(new Set(answers.map(digestOf)).size).toBe(1);
  });

  it('hidden from the patient opens to a professional; withdrawn opens to nobody, not even what was open', async () => {
    await hide('invisible_to_subject = true');
    const { id, view } = await ways.entered();
    expect(view).toMatch(/^\/v\//);
    await hide('shown = false');
    const cookies = { [SESSION]: id };
    expect((await portal.ask({ path: view, cookies })).status).toBe(403);
    expect((await portal.ask({ path: `/api${view}context`, cookies })).status).toBe(403);
    portal.psc.identity = { ...PROFESSIONAL, situations: [] };
    expect((await ways.enter('professional')).end.status).toBe(403);
  });

  it('opens an earlier version of the report, or not, by setting', async () => {
    const former = LINK.replace('1.2.9_2', '1.2.9_1');
    expect((await ways.enter('patient', former)).end.headers.location).toMatch(/^\/v\//);
    await portal.viewer.stop();
    await portal.startViewer({ DRIMBOX_FORMER_REPORTS: 'no' });
    expect((await ways.enter('patient', former)).end.status).toBe(403);
    expect((await ways.enter('patient')).end.headers.location).toMatch(/^\/v\//);
  });
});

it('one address may ask for so many pages in a minute, and its images are no pages', async () => {
  await portal.viewer.stop();
  await portal.startViewer({ DRIMBOX_PORTAL_PER_MINUTE: '3' });
  const statuses: number[] = [];
  for (let n = 0; n < 5; n++) statuses.push((await portal.ask({ path: LINK })).status);
  expect(statuses).toEqual([303, 303, 303, 429, 429]);
  expect((await portal.ask({ path: '/api/v/x/context' })).status).toBe(401);
  await portal.viewer.stop();
  await portal.startViewer();
});

it('who follows too many links is told to come back, and it is counted', async () => {
  portal.fc.identity = { ...PIVOT, subject: 'hurried' };
  portal.fc.subject = 'hurried';
  const { id } = await ways.enter('patient');
  const cookies = { [SESSION]: id };
  let last = 303;
  for (let n = 0; n < 25 && last !== 429; n++) {
    const click = await portal.ask({ path: LINK, cookies });
    last = (await portal.ask({ path: click.headers.location ?? '', cookies })).status;
  }
  expect(last).toBe(429);
  expect((await portal.events('image.refused')).at(-1)).toMatchObject({ code: 'DRIM-714' });
});
