import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ExamDetail,
  type ExamLine,
  ExamPage,
  JournalDetail,
  type JournalLine,
  JournalPage,
  OPERATOR_HEADER,
  type RetrieveRequest,
  schemaOf,
  type ServiceName,
  SERVICES,
} from '@drimbox/contracts';
import type { z } from 'zod';
import { type DmpBehaviour, type DmpEntry, DmpDesk } from './dmp-desk.js';
import { type Retrieved, retrieve, type RetrieveManners } from '../images/retrieve-client.js';
import { clear } from '../pacs/pacs-loader.js';
import { type Answer, mllpSend, type SendOptions } from '../ris/mllp/mllp-sender.js';
import { type Stack, type StackOptions, startStack } from '../stack/stack.js';

const POLL_MS = 25;
/** States in which nothing is left to do by itself. */
const ENDS = new Set(['published', 'refused', 'withdrawn', 'lost', 'mismatched', 'conflicting']);

/** Tables that a clean state empties, by service; migrations, locks and the bus's memory of its store stay. */
const EMPTIED: Readonly<Record<ServiceName, readonly string[]>> = {
  'hl7-ingest': ['reception', 'report', 'outbox', 'audit_outbox', 'dead_letter', 'inbox'],
  'pacs-bridge': ['link_condition', 'speed_test', 'outbox', 'audit_outbox', 'dead_letter', 'inbox'],
  'kos-publisher': ['exam', 'report', 'outbox', 'audit_outbox', 'dead_letter', 'inbox'],
  // What they hold is fed by the others: they are emptied by their own events.
  'wado-gateway': [],
  'whitelist-sync': [],
  'source-viewer': [],
};

/**
 * Events that kos-publisher has neither handled nor buried, and exams due. One statement, so one moment: an event that
 * becomes an exam between two statements would be seen by neither.
 */
const BUSY = `
  select (select count(*) from hl7_ingest.outbox
           where event in ('report.received', 'report.replaced', 'report.withdrawn', 'exam.changed')
             and not exists (select from kos_publisher.inbox where event_id = outbox.id)
             and not exists (select from kos_publisher.dead_letter where event_id = outbox.id::text)),
         (select count(*) from kos_publisher.exam where next_attempt_at < now() + interval '200 milliseconds')`;

/** A running stack with the eyes and hands that a test needs: a RIS, an operator, the DMP's desk, the database's superuser. */
export class Mesh {
  readonly dmp: DmpDesk;

  private constructor(
    readonly stack: Stack,
    private readonly tls: { ca: Buffer; cert: Buffer; key: Buffer },
  ) {
    this.dmp = new DmpDesk(stack.dmp.deskUrl);
  }

  static async start(options: StackOptions): Promise<Mesh> {
    const stack = await startStack(options);
    const dir = stack.certificates.internalDir('admin');
    const [ca, cert, key] = await Promise.all([
      readFile(join(dir, 'ca.pem')),
      readFile(join(dir, 'cert.pem')),
      readFile(join(dir, 'key.pem')),
    ]);
    return new Mesh(stack, { ca, cert, key });
  }

  stop(): Promise<void> {
    return this.stack.stop();
  }

  /** Sends one message to a site's listener, by the sandbox's own MLLP sender. */
  send(message: Buffer, { site = 0, ...options }: SendOptions & { site?: number } = {}): Promise<Answer> {
    const id = this.stack.sites[site]?.id ?? '';
    return mllpSend('127.0.0.1', this.stack.hl7Port(id), message, options);
  }

  /** Newest first. */
  async journal(limit = 500): Promise<JournalLine[]> {
    return (await this.ask('hl7-ingest', `/journal?limit=${limit}`, JournalPage)).lines;
  }

  journalDetail(id: string): Promise<JournalDetail> {
    return this.ask('hl7-ingest', `/journal/${id}`, JournalDetail);
  }

  async exams(query = ''): Promise<ExamLine[]> {
    return (await this.ask('kos-publisher', `/exams?limit=10000${query}`, ExamPage)).exams;
  }

  async exam(study: string): Promise<ExamDetail | undefined> {
    const [line] = await this.exams(`&study=${study}`);
    return line && (await this.ask('kos-publisher', `/exams/${line.id}`, ExamDetail));
  }

  /** The exam of a study once it is in that state, at rest where the state is an end. @throws after `seconds`, saying where it stands instead. */
  async examIn(study: string, state: string, seconds = 30): Promise<ExamDetail> {
    let seen: ExamDetail | undefined;
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      seen = await this.exam(study);
      if (seen?.state === state && (!ENDS.has(state) || seen.nextAttemptAt === null)) return seen;
      await sleep(POLL_MS);
    }
    throw new Error(
      `exam ${study} is ${seen ? `${seen.state} (${JSON.stringify(seen.cause)})` : 'unknown'}, not ${state}`,
    );
  }

  /** The DMP's pointers to a study (the signature of each submission is an entry of its own). */
  async entriesOf(study: string): Promise<DmpEntry[]> {
    return (await this.dmp.entries()).filter(
      ({ typeCode, referenceIds }) => typeCode === 'IMG-KOS' && referenceIds.some((id) => id.startsWith(`${study}^`)),
    );
  }

  /** Images of a site's PACS, asked of pacs-bridge as the other services do. */
  retrieve(
    wanted: RetrieveRequest,
    { site = 0, ...manners }: RetrieveManners & { site?: number } = {},
  ): Promise<Retrieved> {
    const { http: port } = this.stack.around.ports['pacs-bridge'];
    return retrieve({ port, tls: this.tls }, `pacs-${this.stack.sites[site]?.letter ?? ''}`, wanted, manners);
  }

  /** One GET of an internal API, as the operators' application does it. */
  async ask<T>(service: ServiceName, path: string, answer: z.ZodType<T>): Promise<T> {
    const { status, body } = await this.exchange(service, { path });
    const text = body.toString('utf8');
    if (status !== 200) throw new Error(`${service} ${path}: ${status} ${text}`);
    return answer.parse(JSON.parse(text));
  }

  /** One exchange with an internal API in the operators' name; `account` is the person who asks. */
  exchange(
    service: ServiceName,
    { method = 'GET', path, account, json }: { method?: string; path: string; account?: string; json?: unknown },
  ): Promise<{ status: number; body: Buffer }> {
    const { http: port } = this.stack.around.ports[service];
    const headers = {
      ...(account !== undefined && { [OPERATOR_HEADER]: account }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    };
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: 'localhost', port, method, path, headers, ...this.tls, timeout: 10_000 },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`${service} ${path}: no answer`)));
      asked.on('error', reject);
      asked.end(json === undefined ? undefined : JSON.stringify(json));
    });
  }

  /** Rows of a service's schema, by the superuser; columns apart by `|`. */
  async sql(service: ServiceName, statement: string): Promise<string[]> {
    const text = await this.stack.database.server.sql(`set search_path = ${schemaOf(service)}; ${statement}`);
    return text === '' ? [] : text.split('\n');
  }

  /** Waits until no event is on its way and no exam has work of its own to do now. */
  async settled(seconds = 60): Promise<void> {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const busy = await this.stack.database.server.sql(BUSY);
      if (busy === '0|0') return;
      if (Date.now() > until) throw new Error(`not settled after ${seconds} s (events|exams): ${busy}`);
      await sleep(POLL_MS);
    }
  }

  /** A clean state under the running services: no message, no exam, no object in the PACS, no entry, no fault in force. */
  async reset(): Promise<void> {
    await this.settled();
    for (const service of SERVICES) {
      const tables = this.stack.services[service] ? EMPTIED[service] : [];
      if (tables.length > 0) await this.sql(service, `truncate ${tables.join(', ')} cascade`);
    }
    await Promise.all(this.stack.pacs.map(clear));
    await this.dmp.reset();
  }

  behave(behaviour: DmpBehaviour): Promise<void> {
    return this.dmp.behave(behaviour);
  }
}
