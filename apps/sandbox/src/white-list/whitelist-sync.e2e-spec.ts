import { Calendar, RevocationLists, WhiteList, type WhiteListAttempt, WhiteListHistory } from '@drimbox/contracts';
import { eventually, tempDir } from '@drimbox/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { issue } from '../pki/authority.js';
import type { FaultKind } from './behaviours.js';
import { otherEntry, OWN_DB, ownEntry, SyncWorld } from './sync-world.for-spec.js';

const dir = tempDir();
let world: SyncWorld;

beforeAll(async () => {
  world = await SyncWorld.open(dir);
  await world.start();
  await eventually(async () => (await world.ask('/white-list')).status === 200, 30_000);
}, 120_000);
afterAll(() => world.stop());

const list = async (): Promise<WhiteList> => WhiteList.parse((await world.ask('/white-list', 'wado-gateway')).json);
const history = async (): Promise<WhiteListAttempt[]> =>
  WhiteListHistory.parse((await world.ask('/white-list/history')).json);
const refresh = async (): Promise<WhiteListAttempt> => (await world.refresh()).json as WhiteListAttempt;
const told = (cause: string, state: string): Promise<unknown> =>
  eventually(() => world.webhook.some((notice) => notice.cause === cause && notice.state === state), 20_000);

it('takes the list by itself, tells it, and answers those who may ask', async () => {
  expect(await list()).toMatchObject({
    version: 1,
    entries: [
      { db: OWN_DB, operator: 'Alpha' },
      { db: otherEntry(1).db, vi: null },
    ],
  });
  expect(await world.event('white-list.changed')).toMatchObject({ version: 1, entries: 2 });
  expect((await history())[0]).toMatchObject({ outcome: 'accepted', version: 1, added: [OWN_DB, otherEntry(1).db] });
  expect((await world.ask('/white-list', 'kos-publisher')).status).toBe(403);
  expect((await world.ask('/white-list/history', 'wado-gateway')).status).toBe(403);
  expect((await world.call('POST', '/white-list/refresh', 'admin', {})).status).toBe(400);
  expect(await world.ready()).toMatchObject({ ok: true, checks: { 'white-list': 'ok' } });
  expect(await world.metrics()).toMatch(/drimbox_white_list_usable\{service="whitelist-sync"\} 1/);
});

it('answers the revocation lists, and what expires', async () => {
  const revocations = RevocationLists.parse((await world.ask('/revocations', 'wado-gateway')).json);
  expect(revocations.lists.map(({ url }) => url)).toEqual([...world.national.crlUrls].toSorted());
  const calendar = Calendar.parse((await world.ask('/calendar')).json);
  expect(new Set(calendar.map(({ kind }) => kind))).toEqual(new Set(['certificate', 'crl', 'white-list']));
  expect(calendar.map(({ expiresAt }) => expiresAt)).toEqual(calendar.map(({ expiresAt }) => expiresAt).toSorted());
  expect(calendar.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['db1', 'internal TLS of whitelist-sync']),
  );
});

it('the same list once more is usable for longer, though the server says it did not change', async () => {
  const before = await list();
  expect(await refresh()).toMatchObject({ outcome: 'unchanged', added: [], removed: [], changed: [] });
  const after = await list();
  expect(after.version).toBeGreaterThan(before.version);
  expect(after.usableUntil > before.usableUntil).toBe(true);
  expect(after.sha256).toBe(before.sha256);
});

it('tells the others of every version, in order', async () => {
  const { version } = await list();
  const heard: number[] = [];
  const listening = (async () => {
    while ((heard.at(-1) ?? 0) < version + 2) {
      heard.push(((await world.event('white-list.changed')) as { version: number }).version);
    }
  })();
  await refresh();
  await refresh();
  await listening;
  expect(heard.slice(-2)).toEqual([version + 1, version + 2]);
});

// Each fault: the last good list stays, the administrator is told once, the history and the audit keep it.
it.each<[FaultKind, string, string]>([
  ['down', 'unreachable', 'DRIM-720'],
  ['error', 'unreachable', 'DRIM-720'],
  ['redirect', 'unreachable', 'DRIM-720'],
  ['endless', 'refused', 'DRIM-721'],
  ['truncated', 'refused', 'DRIM-721'],
  ['huge', 'refused', 'DRIM-721'],
  ['entity-bomb', 'refused', 'DRIM-721'],
  ['two-signatures', 'refused', 'DRIM-721'],
  ['wrapped', 'refused', 'DRIM-721'],
  ['unsigned', 'refused', 'DRIM-722'],
  ['flipped', 'refused', 'DRIM-722'],
  ['other-signer', 'refused', 'DRIM-723'],
  ['older', 'refused', 'DRIM-726'],
])('%s: %s, %s', async (fault, outcome, code) => {
  const before = await list();
  const audits = Number(
    await world.sql(`select count(*) from audit_outbox where record->'event'->'id'->>'code' = '110113'`),
  );
  world.webhook.length = 0;
  world.national.publisher.addFault(fault);
  const refused = await refresh();
  expect(refused).toMatchObject({ outcome, code });
  expect(await refresh()).toMatchObject({ outcome, code });
  expect(await list()).toEqual(before);
  expect((await history())[0]).toMatchObject({ outcome, code });
  await told(`list:${code}`, 'raised');
  world.national.publisher.clearFaults();
  expect(await refresh()).toMatchObject({ outcome: 'unchanged' });
  await told(`list:${code}`, 'ended');
  expect(world.webhook.filter(({ cause }) => cause === `list:${code}`)).toHaveLength(2);
  const more = Number(
    await world.sql(`select count(*) from audit_outbox where record->'event'->'id'->>'code' = '110113'`),
  );
  expect(more).toBeGreaterThan(audits);
});

it('tells by mail too', async () => {
  await eventually(() => world.mails.some((mail) => mail.includes('DRIM-720')));
});

it('takes a new list, in the other form, and says what it changes', async () => {
  await world.national.publisher.publish({ form: 'filter2', entries: [ownEntry(), otherEntry(2)] });
  expect(await refresh()).toMatchObject({
    outcome: 'accepted',
    added: [otherEntry(2).db],
    removed: [otherEntry(1).db],
    changed: [],
  });
});

it('takes a renewal: the same content signed again', async () => {
  const before = await list();
  await world.national.publisher.renewSigner();
  await world.national.publisher.publish({ signingTime: new Date(Date.now() + 2_000) });
  expect(await refresh()).toMatchObject({ outcome: 'renewed', added: [], removed: [], changed: [] });
  expect(await list()).toMatchObject({ generatedAt: before.generatedAt });
});

it('alerts when our own name is missing or listed with another DN than we serve, or will serve', async () => {
  const { publisher } = world.national;
  const at = new Date(Date.now() + 3_000);
  await publisher.publish({ entries: [otherEntry(2)], signingTime: at });
  await refresh();
  await told(`own:missing:${OWN_DB}`, 'raised');
  await publisher.publish({
    entries: [ownEntry(`CN=${OWN_DB},OU=1990000002,O=Alpha,C=FR`)],
    signingTime: new Date(at.getTime() + 1_000),
  });
  await refresh();
  await told(`own:missing:${OWN_DB}`, 'ended');
  await told(`own:other-dn:${OWN_DB}:current`, 'raised');
  await publisher.publish({ entries: [ownEntry()], signingTime: new Date(at.getTime() + 2_000) });
  await refresh();
  await told(`own:other-dn:${OWN_DB}:current`, 'ended');
  const next = await issue(world.certificates.igc, 'SERV_SSL', {
    commonName: OWN_DB,
    structure: '1990000009',
    names: [OWN_DB],
  });
  world.putCertificate('db1.next', next.certificate);
  await told(`own:other-dn:${OWN_DB}:next`, 'raised');
});

it('keeps the last good list across a restart, without a network', async () => {
  const before = await list();
  const version = RevocationLists.parse((await world.ask('/revocations')).json).version;
  await world.service?.stop();
  world.national.publisher.addFault('down');
  world.national.publisher.addFault('crl-down');
  await world.start();
  expect(await list()).toEqual(before);
  expect(RevocationLists.parse((await world.ask('/revocations')).json).version).toBe(version);
  expect(await refresh()).toMatchObject({ outcome: 'unreachable' });
  expect(await list()).toEqual(before);
  await told(`crl:${world.national.crlUrls[1]} fetch`, 'raised');
  world.national.publisher.clearFaults();
});

it('keeps the last good revocation list when garbage comes', async () => {
  world.national.publisher.addFault('crl-garbage');
  await eventually(async () => (await world.sql("select count(*) from alert where cause like 'crl:%'")) === '2');
  expect(RevocationLists.parse((await world.ask('/revocations')).json).lists).toHaveLength(2);
  world.national.publisher.clearFaults();
  await eventually(async () => (await world.sql("select count(*) from alert where cause like 'crl:%'")) === '0');
});

it('a signer that is revoked is told as soon as its list says so; a list of the next signer is taken', async () => {
  const before = await list();
  await refresh();
  await world.national.publisher.revoke();
  await told('list:DRIM-725', 'raised');
  expect((await list()).sha256).toBe(before.sha256);
  expect(await refresh()).toMatchObject({ outcome: 'refused', code: 'DRIM-725' });
  await world.national.publisher.renewSigner();
  await world.national.publisher.publish({ signingTime: new Date(Date.now() + 60_000) });
  expect(await refresh()).toMatchObject({ outcome: 'renewed' });
  await told('list:DRIM-725', 'ended');
});

it('without a fresh revocation list no list is taken', async () => {
  await world.service?.stop();
  await world.national.publisher.datesOfCrls(true);
  await world.sql('delete from revocation_list');
  await world.start();
  await eventually(async () => (await refresh()).code === 'DRIM-717');
  await world.national.publisher.datesOfCrls(false);
  // By itself, once the revocation list is fresh.
  await told('list:DRIM-717', 'ended');
});

it('a list too old to be used is told, and so is its return', async () => {
  await world.service?.stop();
  await world.start({ DRIMBOX_WHITE_LIST_MAX_AGE_DAYS: String(2 / 86_400) });
  await refresh();
  const { version } = await list();
  world.national.publisher.addFault('down');
  await told('stale:list', 'raised');
  const stale = await list();
  expect(stale.version).toBeGreaterThan(version);
  expect(new Date(stale.usableUntil).getTime()).toBeLessThan(Date.now());
  expect(await world.ready()).toMatchObject({ ok: true, checks: { 'white-list': 'too old' } });
  world.national.publisher.clearFaults();
  await refresh();
  await told('stale:list', 'ended');
});

it('refuses the sandbox and plain HTTP in production', async () => {
  await world.service?.stop();
  await expect(
    world.start({ DRIMBOX_MODE: 'production', DRIMBOX_WHITE_LIST_URL: 'http://localhost/list.xml' }),
  ).rejects.toThrow();
  const log = readFileSync(join(dir, 'whitelist-sync.log'), 'utf8');
  expect(log).toContain('DRIMBOX_WHITE_LIST_URL is not https');
  expect(log).toContain('DRIMBOX_ALERT_WEBHOOK_URL is not https');
  expect(log).toMatch(/anchor .* comes from the sandbox/);
});
