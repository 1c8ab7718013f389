import 'reflect-metadata';
import { type ExamManifest, type ProjectedExam, type RevocationLists, type WhiteList } from '@drimbox/contracts';
import { type RunningService, startService } from '@drimbox/service';
import { PostgresAdmin } from '@drimbox/supervisor';
import {
  eventually,
  TestCa,
  type TestDatabase,
  testDatabase,
  giveObjects,
  wantedOf,
  type TestObject,
  type Wanted,
  sendJson,
  startPeer,
} from '@drimbox/testing';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { SettingsSchema } from '../config/settings.js';
import { WadoGatewayModule } from '../wado-gateway.module.js';
import { type Answer, ask, type Asked } from './ask.for-spec.js';
import { TestBroker } from './broker.for-spec.js';
import { type Pair, TestIgc } from './igc.for-spec.js';
import { testObject } from './images.for-spec.js';
import { TestPsc } from './psc.for-spec.js';
import { writeRegistry } from './registry.for-spec.js';

export const DB1 = 'db1.990.mesimagesmedicales.fr';
export const DB2 = 'db2.990.mesimagesmedicales.fr';
export const PEER = 'db7.990.mesimagesmedicales.fr';
export const PATH = '/drim-so/v1/rs';
/** National test identity. */
export const INS = { matricule: '279035121518989', oid: '1.2.250.1.213.1.4.10' };
export const STUDY = '1.2.250.1.999.1';
export const SERIES = '1.2.250.1.999.1.1';
export const OTHER_SERIES = '1.2.250.1.999.1.2';
export const KOS = '1.2.250.1.999.9.2';
export const FORMER_KOS = '1.2.250.1.999.9.1';
export const ACCEPT =
  'multipart/related; type="application/dicom";transfer-syntax=1.2.840.10008.1.2.4.70;q=0.9;boundary=**,' +
  'multipart/related; type="application/dicom";transfer-syntax=1.2.840.10008.1.2.1;q=0.4;boundary=**,';

/** A gateway with everything around it: real PostgreSQL and NATS, real TLS, and scripted neighbours. */
export class World {
  igc!: TestIgc;
  peer!: Pair;
  gateway!: RunningService;
  broker!: TestBroker;
  database!: TestDatabase;
  exams: ProjectedExam[] = [];
  readonly manifests = new Map<string, ExamManifest>();
  psc!: TestPsc;
  list!: WhiteList;
  revocations!: RevocationLists;
  readonly objects: TestObject[] = [
    testObject(STUDY, SERIES, `${SERIES}.1`),
    testObject(STUDY, SERIES, `${SERIES}.2`),
    testObject(STUDY, OTHER_SERIES, `${OTHER_SERIES}.1`),
  ];
  /** What pacs-bridge answers; by default what it is asked for, whole. */
  bridge: (wanted: Wanted, response: ServerResponse) => void = (wanted, response) => this.giveAll(wanted, response);
  readonly wanted: Wanted[] = [];
  /** What the requests accept, unless a test says otherwise. */
  accept = ACCEPT;
  /** To be changed before the start: the names of the first link, and what its pointer names. */
  names = { db1: DB1, path: PATH };
  pointer = { study: STUDY, kos: KOS, series: [SERIES, OTHER_SERIES] };
  private env: Record<string, string> = {};
  private readonly peers: { close(): Promise<void> }[] = [];

  constructor(private readonly dir: string) {}

  async start(more: Record<string, string> = {}): Promise<void> {
    const ca = new TestCa(join(this.dir, 'ca'));
    this.igc = new TestIgc(join(this.dir, 'igc'), 'TEST IGC');
    this.peer = this.igc.servSsl(PEER);
    this.broker = await TestBroker.start(join(this.dir, 'broker'), ca);
    this.database = await testDatabase('wado-gateway');
    this.setList([{ db: PEER, dn: this.peer.dn }]);
    this.setRevocations();
    this.exams = [this.exam()];
    this.manifests.set(this.exams[0]!.examId, this.manifest(this.exams[0]!.examId));
    this.writeFiles();
    this.env = {
      DRIMBOX_MODE: 'test',
      DRIMBOX_LOG_LEVEL: 'error',
      DRIMBOX_DATABASE_URL: this.database.url,
      DRIMBOX_REGISTRY_FILE: join(this.dir, 'registry.json'),
      DRIMBOX_CERTIFICATES_DIR: join(this.dir, 'store'),
      DRIMBOX_NATS_URL: this.broker.server.url,
      DRIMBOX_NATS_SEED_FILE: this.broker.optionsOf('wado-gateway').seedFile,
      DRIMBOX_INTERNAL_TLS_DIR: this.broker.optionsOf('wado-gateway').tlsDir,
      ...(await this.startNeighbours(ca)),
      ...more,
    };
    await this.startGateway();
    await eventually(
      async () => (await this.rows('select 1 as one from projection_state where complete')).length === 1,
    );
    await eventually(async () => (await this.rows('select 1 as one from trust_copy')).length === 2);
  }

  async startGateway(more: Record<string, string> = {}): Promise<void> {
    this.gateway = await startService(
      { name: 'wado-gateway', configSchema: SettingsSchema, module: WadoGatewayModule },
      { ...this.env, ...more },
    );
  }

  async stop(): Promise<void> {
    await this.gateway?.stop();
    await Promise.all(this.peers.map((peer) => peer.close()));
    await this.broker?.server.kill9();
  }

  /** A request with which nothing is wrong, but for what the test changes. */
  ask(over: Partial<Asked> = {}): Promise<Answer> {
    const token = this.psc.token();
    return ask({
      port: this.gateway.ports['wado'] ?? 0,
      sni: DB1,
      path: `${PATH}/studies/${STUDY}/series/${SERIES}`,
      pair: this.peer,
      ...over,
      headers: over.headers ?? this.headers(token),
    });
  }

  headers(token = this.psc.token(), kos = KOS): Record<string, string> {
    return { authorization: `Bearer ${token}`, 'kos-sopinstanceuid': kos, accept: this.accept };
  }

  exam(over: Partial<ProjectedExam> = {}): ProjectedExam {
    return {
      site: 'port',
      examId: randomUUID(),
      version: 2,
      pacsLink: 'pacs-1',
      study: this.pointer.study,
      shown: true,
      invisibleToSubject: false,
      kos: this.pointer.kos,
      formerKos: [FORMER_KOS],
      ...over,
    };
  }

  manifest(examId: string): ExamManifest {
    const instancesOf = (series: string): string[] =>
      this.objects.filter((object) => object.series === series).map(({ sopInstance }) => sopInstance);
    return {
      examId,
      kos: this.pointer.kos,
      patient: INS,
      series: this.pointer.series.map((uid) => ({ uid, instances: instancesOf(uid) })),
    };
  }

  setList(entries: { db: string; dn: string }[], over: Partial<WhiteList> = {}): void {
    this.list = {
      version: (this.list?.version ?? 0) + 1,
      sha256: 'a'.repeat(64),
      generatedAt: new Date().toISOString(),
      signedAt: new Date().toISOString(),
      verifiedAt: new Date().toISOString(),
      usableUntil: new Date(Date.now() + 86_400_000).toISOString(),
      entries: entries.map(({ db, dn }, index) => ({
        id: String(index + 1),
        db,
        vi: null,
        operator: 'Opérateur Test',
        operatorDn: dn,
        support: '',
        updatedAt: null,
      })),
      ...over,
    };
  }

  setRevocations(lists = this.igc.crls()): void {
    this.revocations = {
      version: (this.revocations?.version ?? 0) + 1,
      lists: lists.map((der, index) => ({
        url: `http://igc.test/${index}.crl`,
        der,
        fetchedAt: new Date().toISOString(),
      })),
    };
  }

  /** Tells the gateway to read the lists again, and waits until it has. */
  async publishTrust(): Promise<void> {
    const at = new Date().toISOString();
    const { version, generatedAt, entries } = this.list;
    await this.broker.say('whitelist-sync', 'white-list.changed', {
      at,
      version,
      generatedAt,
      entries: entries.length,
    });
    await this.broker.say('whitelist-sync', 'revocations.changed', { at, version: this.revocations.version });
    await eventually(async () => {
      const rows = await this.rows<{ version: number }>('select version from trust_copy order by kind');
      return rows.map((row) => row.version).join() === [this.revocations.version, version].join();
    });
  }

  async project(exam: ProjectedExam): Promise<void> {
    await this.broker.say('kos-publisher', 'exam.projected', { ...exam, at: new Date().toISOString() });
  }

  async execute(sql: string): Promise<void> {
    await new PostgresAdmin(this.database.superuserUrl).sql(
      `set search_path = wado_gateway; ${sql}`,
      this.database.database,
    );
  }

  async rows<T>(sql: string): Promise<T[]> {
    const text = await new PostgresAdmin(this.database.superuserUrl).sql(
      `set search_path = wado_gateway; select coalesce(json_agg(t), '[]') from (${sql}) t`,
      this.database.database,
    );
    return JSON.parse(text.slice(text.indexOf('['))) as T[];
  }

  giveAll(wanted: Wanted, response: ServerResponse): void {
    giveObjects(wantedOf(this.objects, wanted), response);
  }

  private writeFiles(): void {
    const store = join(this.dir, 'store');
    mkdirSync(store, { recursive: true });
    writeFileSync(join(store, 'ca.pem'), this.igc.anchors);
    for (const [name, fqdn] of [
      ['db1', this.names.db1],
      ['db2', DB2],
      ['psc', 'psc-client.test'],
    ] as const) {
      const { cert, key } = this.igc.servSsl(fqdn);
      writeFileSync(join(store, `${name}.cert.pem`), cert);
      writeFileSync(join(store, `${name}.key.pem`), key);
    }
    this.writeRegistry();
  }

  writeRegistry(wado: Record<string, unknown> = {}): void {
    writeRegistry(join(this.dir, 'registry.json'), { ...this.names, db2: DB2 }, wado);
  }

  private async startNeighbours(ca: TestCa): Promise<Record<string, string>> {
    const tlsOf = (name: string): string => this.broker.optionsOf(name).tlsDir;
    const lists = await startPeer(tlsOf('whitelist-sync'), ({ url }, response) =>
      sendJson(response, url === '/white-list' ? this.list : this.revocations),
    );
    const publisher = await startPeer(tlsOf('kos-publisher'), ({ url = '' }, response) => {
      const examId = /^\/exams\/([^/]+)\/manifest$/.exec(url)?.[1];
      if (examId === undefined) return sendJson(response, { exams: this.exams, next: null });
      const manifest = this.manifests.get(examId);
      return manifest ? sendJson(response, manifest) : sendJson(response, { code: 'DRIM-103' }, 404);
    });
    const bridge = await startPeer(tlsOf('pacs-bridge'), (_request, response, body) => {
      const wanted = JSON.parse(body) as Wanted;
      this.wanted.push(wanted);
      this.bridge(wanted, response);
    });
    const pscTls = ca.identity(join(this.dir, 'psc'), 'psc');
    this.psc = await TestPsc.start(pscTls);
    this.peers.push(lists, publisher, bridge, this.psc);
    return {
      DRIMBOX_PEER_WHITELIST_SYNC_URL: lists.url,
      DRIMBOX_PEER_KOS_PUBLISHER_URL: publisher.url,
      DRIMBOX_PEER_PACS_BRIDGE_URL: bridge.url,
      DRIMBOX_PSC_ISSUER: this.psc.issuer,
      DRIMBOX_PSC_DISCOVERY_URL: `${this.psc.url}/discovery`,
      DRIMBOX_PSC_CLIENT_ID: 'drim-test',
      DRIMBOX_PSC_CERTIFICATE: 'psc',
      DRIMBOX_PSC_CA_FILE: join(pscTls, 'ca.pem'),
      DRIMBOX_PSC_TIMEOUT_SECONDS: '10',
    };
  }
}
