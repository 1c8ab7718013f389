import 'reflect-metadata';
import type { ExamIdentity, ProjectedExam } from '@drimbox/contracts';
import type { Pivot, Professional } from '@drimbox/identity';
import { type RunningService, startService } from '@drimbox/service';
import { PostgresAdmin } from '@drimbox/supervisor';
import {
  eventually,
  giveObjects,
  type InternalPeer,
  sendJson,
  startPeer,
  TestCa,
  type TestDatabase,
  testDatabase,
  type TestObject,
  type Wanted,
  wantedOf,
} from '@drimbox/testing';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { SettingsSchema } from '../config/settings.js';
import { Providers } from '../login/providers.js';
import { patientSignedIn } from '../login/signed-in.js';
import { SessionRepository } from '../session/session.repository.js';
import type { SignedIn } from '../session/session.js';
import { ViewRepository } from '../session/view.repository.js';
import { SourceViewerModule } from '../source-viewer.module.js';
import { type Answer, ask, type Asked, begin } from './ask.for-spec.js';
import { EXAM, IDENTITY, PIVOT } from './facts.for-spec.js';
import { TestParty } from './party.for-spec.js';
import { VI, writePair, writeRegistry } from './site.for-spec.js';

export const SESSION = '__Host-drimbox';
export const FROM_VIEWER = { 'x-drimbox-view': '1' };

/** A portal in this process with everything around it scripted, but for its database and its TLS. */
export class Portal {
  viewer!: RunningService;
  database!: TestDatabase;
  identity: ExamIdentity = IDENTITY;
  exams: ProjectedExam[] = [
    { ...EXAM, pacsLink: 'pacs-1', site: 'port', version: 1, kos: IDENTITY.kos, formerKos: [] },
  ];
  objects: TestObject[] = [];
  publisherAway = false;
  readonly wanted: Wanted[] = [];
  readonly told: { path: string; body: unknown }[] = [];
  bridge: (wanted: Wanted, response: ServerResponse) => void = (wanted, response) =>
    giveObjects(wantedOf(this.objects, wanted), response);
  psc!: TestParty<Professional>;
  fc!: TestParty<Pivot>;
  private env: Record<string, string> = {};
  private readonly peers: InternalPeer[] = [];

  constructor(private readonly dir: string) {}

  async start(more: Record<string, string> = {}, names: Record<string, string> = {}): Promise<void> {
    const ca = new TestCa(join(this.dir, 'ca'));
    const tlsOf = (name: string): string => ca.identity(join(this.dir, name), name);
    const bridge = await startPeer(tlsOf('pacs-bridge'), ({ url = '', method }, response, body) => {
      if (method === 'GET') return sendJson(response, []);
      if (!url.endsWith('/retrieve')) {
        this.told.push({ path: url, body: JSON.parse(body) as unknown });
        return void response.writeHead(204).end();
      }
      const wanted = JSON.parse(body) as Wanted;
      this.wanted.push(wanted);
      this.bridge(wanted, response);
    });
    const publisher = await startPeer(tlsOf('kos-publisher'), ({ url = '' }, response) => {
      if (this.publisherAway) return void response.destroy();
      if (url.startsWith('/projection')) return sendJson(response, { exams: this.exams, next: null });
      return url.endsWith(`/${this.identity.examId}/identity`)
        ? sendJson(response, this.identity)
        : sendJson(response, { code: 'DRIM-103' }, 404);
    });
    this.peers.push(bridge, publisher);
    writeRegistry(this.dir);
    for (const [name, fqdn] of Object.entries({ vi1: VI[0], vi2: VI[1], ...names })) writePair(this.dir, name, fqdn);
    writeFileSync(join(this.dir, 'seed'), 'SUAI');
    this.database = await testDatabase('source-viewer');
    this.env = {
      DRIMBOX_MODE: 'test',
      DRIMBOX_LOG_LEVEL: 'error',
      DRIMBOX_REGISTRY_FILE: join(this.dir, 'registry.json'),
      DRIMBOX_DATABASE_URL: this.database.url,
      // The bus is away: events wait in the outbox.
      DRIMBOX_NATS_URL: 'tls://127.0.0.1:1',
      DRIMBOX_NATS_SEED_FILE: join(this.dir, 'seed'),
      DRIMBOX_INTERNAL_TLS_DIR: tlsOf('source-viewer'),
      DRIMBOX_CERTIFICATES_DIR: join(this.dir, 'store'),
      DRIMBOX_PEER_PACS_BRIDGE_URL: bridge.url,
      DRIMBOX_PEER_KOS_PUBLISHER_URL: publisher.url,
      DRIMBOX_REFUSAL_MILLISECONDS: '50',
      DRIMBOX_PORTAL_PER_MINUTE: '10000',
      ...more,
    };
    await this.startViewer();
    await eventually(
      async () => (await this.rows('select 1 as one from projection_state where complete')).length === 1,
    );
  }

  async startViewer(more: Record<string, string> = {}): Promise<void> {
    const env = { ...this.env, ...more };
    this.viewer = await startService(
      { name: 'source-viewer', configSchema: SettingsSchema, module: SourceViewerModule },
      env,
    );
    const callback = (host: string | undefined): string => `https://${host ?? VI[0]}/retour`;
    this.psc ??= new TestParty('psc', callback(env['DRIMBOX_PSC_CALLBACK_HOST']));
    this.fc ??= new TestParty('fc', callback(env['DRIMBOX_FC_CALLBACK_HOST']));
    // The providers themselves are tried with the sandbox's; here they say what a test wants.
    Object.assign(this.viewer.app.get(Providers), {
      professional: () => this.psc,
      patient: () => this.fc,
      endSessionAddress: (profile: string) => Promise.resolve(`https://${profile}.test/end`),
    });
  }

  async stop(): Promise<void> {
    await this.viewer?.stop();
    await Promise.all(this.peers.map((peer) => peer.close()));
  }

  ask(asked: Asked): Promise<Answer> {
    return ask(this.viewer.ports['vi'], asked);
  }

  /** An answer that is read by the test itself, at its own pace. */
  begin(asked: Asked): Promise<IncomingMessage> {
    return begin(this.viewer.ports['vi'], asked);
  }

  post(
    path: string,
    form: Record<string, string>,
    cookies: Record<string, string>,
    more: Partial<Asked> = {},
  ): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...more.headers };
    return this.ask({ path, method: 'POST', cookies, body: new URLSearchParams(form).toString(), ...more, headers });
  }

  /** A session of somebody, past the provider. @returns its cookies. */
  async signedIn(who: SignedIn = this.patient()): Promise<Record<string, string>> {
    const sessions = this.viewer.app.get(SessionRepository);
    const { session } = await sessions.begin();
    return { [SESSION]: (await sessions.signIn(session, who)).id };
  }

  /** An exam opened by somebody. */
  async opened(
    who: SignedIn = this.patient(),
  ): Promise<{ cookies: Record<string, string>; api: string; exam: string }> {
    const cookies = await this.signedIn(who);
    const session = await this.viewer.app.get(SessionRepository).find(cookies[SESSION]);
    const exam = { ...EXAM, site: 'port', pacsLink: 'pacs-1' };
    const view = await this.viewer.app.get(ViewRepository).open(session!, exam, this.identity);
    const api = `/api/v/${view}`;
    const context = await this.ask({ path: `${api}/context`, cookies });
    const { exams } = JSON.parse(context.body.toString('utf8')) as { exams: { id: string }[] };
    return { cookies, api, exam: `${api}/exams/${exams[0]?.id}` };
  }

  patient(subject = 'patient-1'): SignedIn {
    this.fc.subject = subject;
    return patientSignedIn({ ...PIVOT, subject }, this.fc.tokens());
  }

  async execute(sql: string): Promise<void> {
    await new PostgresAdmin(this.database.superuserUrl).sql(
      `set search_path = source_viewer; ${sql}`,
      this.database.database,
    );
  }

  async rows<T>(sql: string): Promise<T[]> {
    const text = await new PostgresAdmin(this.database.superuserUrl).sql(
      `set search_path = source_viewer; select coalesce(json_agg(t), '[]') from (${sql}) t`,
      this.database.database,
    );
    return JSON.parse(text.slice(text.indexOf('['))) as T[];
  }

  /** Records of an act, newest last. */
  async records(code: string): Promise<AuditRow[]> {
    const rows = await this.rows<{ record: AuditRow }>(
      `select record from audit_outbox where record->'event'->'id'->>'code' = '${code}' order by position`,
    );
    return rows.map(({ record }) => record);
  }

  async events(name: string): Promise<Record<string, unknown>[]> {
    const rows = await this.rows<{ body: Record<string, unknown> }>(
      `select body from outbox where event = '${name}' order by position`,
    );
    return rows.map(({ body }) => body);
  }
}

export interface AuditRow {
  readonly event: {
    readonly outcome: number;
    readonly outcomeDescription?: string;
    readonly types: readonly { readonly code: string }[];
  };
  readonly participants: readonly { readonly userId: string }[];
  readonly objects: readonly Record<string, unknown>[];
  readonly detail: Readonly<Record<string, unknown>>;
}
