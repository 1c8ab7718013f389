import { ProductionChecks } from '@drimbox/service';
import { eventually, tempDir } from '@drimbox/testing';
import { World } from './testing/world.for-spec.js';

const world = new World(tempDir());
beforeAll(() => world.start());
afterAll(() => world.stop());

const codeOf = (answer: { body: Buffer }): string =>
  (JSON.parse(answer.body.toString('utf8')) as { code: string }).code;
const NOWHERE = 'https://localhost:1';

it('a restart does without whitelist-sync and kos-publisher: what was read is kept', async () => {
  await world.gateway.stop();
  await world.startGateway({ DRIMBOX_PEER_WHITELIST_SYNC_URL: NOWHERE });
  expect((await world.ask()).status).toBe(200);
});

it('nothing is served before the projection was read whole: an absent row would mean nothing', async () => {
  await world.gateway.stop();
  await world.execute('delete from projection_state; delete from exam');
  await world.startGateway({ DRIMBOX_PEER_KOS_PUBLISHER_URL: NOWHERE });
  const answer = await world.ask();
  expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([503, 'DRIM-718', '5']);
  await world.gateway.stop();
  await world.startGateway();
  await eventually(async () => expect((await world.ask()).status).toBe(200));
});

it('an event that comes before the page that tells of its exam is not undone by it', async () => {
  await world.gateway.stop();
  const [exam] = world.exams;
  await world.execute('delete from projection_state; delete from exam');
  await world.startGateway({ DRIMBOX_PEER_KOS_PUBLISHER_URL: NOWHERE });
  await world.project({ ...exam!, version: 9, shown: false });
  await eventually(async () => (await world.rows('select 1 as one from exam where version = 9')).length === 1);
  await world.gateway.stop();
  await world.startGateway();
  await eventually(async () => (await world.rows('select 1 as one from projection_state where complete')).length === 1);
  await eventually(async () => expect(codeOf(await world.ask())).toBe('DRIM-709'));
});

it('production would refuse the authorities and the issuer of a test', () => {
  const faults = world.gateway.app.get(ProductionChecks).faults();
  expect(faults).toContain('the issuer of Pro Santé Connect is a test one');
  expect(
    faults.filter((fault) => /^authority ".*CN=TEST IGC (ROOT|ORGANISATIONS).*" is a test one$/.test(fault)),
  ).toHaveLength(2);
});
