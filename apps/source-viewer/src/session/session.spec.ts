import { Audit } from '@drimbox/audit';
import { type Database, openDatabase } from '@drimbox/persistence';
import { type CommonConfig, Lifecycle, Logger } from '@drimbox/service';
import { testDatabase } from '@drimbox/testing';
import { PassThrough } from 'node:stream';
import { type Settings, SettingsSchema } from '../config/settings.js';
import { MIGRATIONS } from '../database/migrations.js';
import { EXAM, IDENTITY, PIVOT } from '../testing/facts.for-spec.js';
import { SessionKey } from './session-key.js';
import { SessionRepository } from './session.repository.js';
import type { Session, SignedIn } from './session.js';
import { ViewRepository } from './view.repository.js';

const LINK = { study: '1.2.3', accession: 'A1', document: '1.2.9_2' };
const logger = new Logger({ service: 'source-viewer', level: 'error', destination: new PassThrough().resume() });
const settings = SettingsSchema.parse({}) as Settings & CommonConfig;

const patient = (subject: string): SignedIn => ({
  kind: 'patient',
  pivot: { ...PIVOT, subject },
  id: subject,
  user: { kind: 'patient', name: 'DOMINIQUE PAT-TROIS' },
  tokens: { accessToken: 'secret-token', accessExpiresAt: 0, idToken: 'secret-id', subject, sid: `sid-${subject}` },
});
const transaction = (state: string): Parameters<SessionRepository['beginLogin']>[2] => ({
  state,
  nonce: 'n',
  codeVerifier: 'v',
  redirectUri: 'https://vi.test/retour',
  startedAt: 0,
});

describe('sessions of the portal', () => {
  let database: Database;
  let close: () => Promise<void>;
  let sessions: SessionRepository;
  let views: ViewRepository;

  beforeAll(async () => {
    const service = 'source-viewer';
    const { url } = await testDatabase(service);
    const opened = await openDatabase({ url, service, mode: 'test', migrations: MIGRATIONS, logger });
    ({ database } = opened);
    close = () => opened.source.destroy();
    const key = new SessionKey(settings);
    sessions = new SessionRepository(
      database,
      new Audit('source-viewer'),
      key,
      new Lifecycle(logger),
      logger,
      settings,
    );
    views = new ViewRepository(database, key, settings);
    await database.query(
      `insert into exam (exam_id, site, pacs_link, study, version, shown, invisible_to_subject)
       values ($1, 'site', 'pacs', '1.2.3', 1, true, false)`,
      [EXAM.examId],
    );
  });
  afterAll(() => close?.());

  const signedIn = async (subject: string): Promise<{ id: string; session: Session }> =>
    sessions.signIn((await sessions.begin()).session, patient(subject));
  const age = (session: Session, what: string): Promise<unknown> =>
    database.query(`update portal_session set ${what} where id_hash = $1`, [session.hash]);

  it('keep neither id, token nor trait in the clear', async () => {
    const { id, session } = await signedIn('p1');
    await views.open(session, EXAM, IDENTITY);
    await sessions.addVisit(session, LINK);
    const rows = await database.query<{ row: string }>(
      `select portal_session::text as row from portal_session union all select portal_visit::text from portal_visit
       union all select portal_view::text from portal_view`,
    );
    const text = rows.map(({ row }) => row).join();
    const hex = (word: string): string => Buffer.from(word).toString('hex');
    for (const word of [id, 'secret-token', 'secret-id', 'PAT-TROIS', IDENTITY.patient.matricule, '1.2.9_2']) {
      expect(text).not.toContain(word);
      expect(text).not.toContain(hex(word));
    }
  });

  it('change their id at login, keep their links, and leave nothing to whoever was there before', async () => {
    const begun = await sessions.begin();
    const visit = await sessions.addVisit(begun.session, LINK);
    const first = await sessions.signIn(begun.session, patient('a'));
    const view = await views.open(first.session, EXAM, IDENTITY);
    const second = await sessions.signIn(first.session, patient('b'));
    expect(await sessions.find(begun.id)).toBeUndefined();
    expect(await sessions.find(first.id)).toBeUndefined();
    expect((await sessions.find(second.id))?.who?.id).toBe('b');
    expect(await sessions.visit(second.session, visit.id)).toEqual(visit);
    expect((await views.find(view, second.id, 'pacs')).state).toBe('expired');
  });

  it('end when nobody is there, and at the latest at their end', async () => {
    const { id, session } = await signedIn('p2');
    const view = await views.open(session, EXAM, IDENTITY);
    expect((await views.find(view, id, 'pacs')).state).toBe('open');
    expect((await views.find(view, id, 'another-pacs')).state).toBe('expired');
    await age(session, `seen_at = now() - interval '901 seconds'`);
    expect(await sessions.find(id)).toBeUndefined();
    expect((await views.find(view, id, 'pacs')).state).toBe('expired');
    await sessions.touch(session);
    expect(await sessions.find(id)).toBeDefined();
    await age(session, `ends_at = now() - interval '1 second'`);
    expect(await sessions.find(id)).toBeUndefined();
    expect((await views.find(view, id, 'pacs')).state).toBe('expired');
  });

  it('answer for their own views alone', async () => {
    const [one, other] = [await signedIn('p3'), await signedIn('p4')];
    const view = await views.open(one.session, EXAM, IDENTITY);
    expect((await views.find(view, other.id, 'pacs')).state).toBe('expired');
    expect((await views.find(view, undefined, 'pacs')).state).toBe('expired');
  });

  it('give a login out once, to the session that began it', async () => {
    const [one, other] = [(await sessions.begin()).session, (await sessions.begin()).session];
    const visit = await sessions.addVisit(one, LINK);
    await sessions.beginLogin(visit, 'patient', transaction('state-1'), 'vi1.test.fr');
    expect(await sessions.takeLogin(other, 'state-1')).toBeUndefined();
    expect(await sessions.takeLogin(one, 'state-2')).toBeUndefined();
    expect(await sessions.takeLogin(one, 'state-1')).toEqual({
      visit,
      profile: 'patient',
      transaction: transaction('state-1'),
    });
    expect(await sessions.takeLogin(one, 'state-1')).toBeUndefined();
  });

  it('tell once from which name a login left, and only to another one', async () => {
    const { session } = await sessions.begin();
    const visit = await sessions.addVisit(session, LINK);
    await sessions.beginLogin(visit, 'patient', transaction('state-9'), 'vi2.test.fr');
    expect(await sessions.handOver('state-9', 'vi2.test.fr')).toBeUndefined();
    expect(await sessions.handOver('state-8', 'vi1.test.fr')).toBeUndefined();
    expect(await sessions.handOver('state-9', 'vi1.test.fr')).toBe('vi2.test.fr');
    expect(await sessions.handOver('state-9', 'vi1.test.fr')).toBeUndefined();
    expect(await sessions.takeLogin(session, 'state-9')).toBeDefined();
  });

  it('end when the provider says so: one session, or all of a person', async () => {
    const [one, two, three] = [await signedIn('p5'), await signedIn('p5'), await signedIn('p6')];
    expect(await sessions.endOf('p5', undefined)).toBe(2);
    expect(await sessions.endOf(undefined, undefined)).toBe(0);
    expect([await sessions.find(one.id), await sessions.find(two.id)]).toEqual([undefined, undefined]);
    expect(await sessions.endOf(undefined, 'sid-p6')).toBe(1);
    expect(await sessions.find(three.id)).toBeUndefined();
  });

  it('leave a record when they end by themselves, once, and none when nobody had signed in', async () => {
    const recorded = async (id: string): Promise<unknown[]> => {
      const rows = await database.query<{ record: { detail: object; event: { at: string } } }>(
        `select record from audit_outbox where record->'participants'->0->>'userId' = $1`,
        [id],
      );
      return rows.map(({ record }) => record.detail);
    };
    const [idle, late, told] = [await signedIn('p7'), await signedIn('p8'), await signedIn('p9')];
    const nobody = await sessions.begin();
    await age(idle.session, `seen_at = now() - interval '901 seconds'`);
    await age(late.session, `ends_at = now() - interval '1 second'`);
    await age(nobody.session, `ends_at = now() - interval '1 second'`);
    await Promise.all([sessions.purge(), sessions.purge()]);
    await sessions.purge();
    await sessions.endOf('p9', undefined);
    expect(await recorded('p7')).toEqual([{ profile: 'patient', reason: 'idle' }]);
    expect(await recorded('p8')).toEqual([{ profile: 'patient', reason: 'absolute' }]);
    expect(await recorded('p9')).toEqual([{ profile: 'patient', reason: 'provider' }]);
    expect(await recorded('unknown')).toEqual([]);
    expect(await sessions.find(told.id)).toBeUndefined();
  });

  it('hold a bounded number of links', async () => {
    const { session } = await sessions.begin();
    const first = await sessions.addVisit(session, LINK);
    for (let n = 0; n < 50; n++) await sessions.addVisit(session, LINK);
    expect(await sessions.visit(session, first.id)).toBeUndefined();
  });
});
