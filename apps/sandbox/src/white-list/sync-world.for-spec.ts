import { connectNats } from '@drimbox/bus';
import { durableOf, type EventName, EVENTS_STREAM, OPERATOR_HEADER, type SiteRegistry } from '@drimbox/contracts';
import { freePort, type ManagedProcess, startProcess } from '@drimbox/supervisor';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issue, type IssuedCertificate } from '../pki/authority.js';
import { authorityBundle } from '../pki/store.js';
import { type Certificates, makeAuthorities, makeCertificates } from '../stack/certificates.js';
import { type Broker, type Database, openBroker, openDatabase } from '../stack/servers.js';
import { installBus } from '../stack/services.js';
import { registrySite, SITES } from '../stack/sites.js';
import { writeRegistry } from '../stack/stack.js';
import type { PublishedEntry } from './list-form.js';
import { type RunningPublisher, startWhiteListPublisher } from './server.js';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
export const OWN_DB = 'db1.990.mesimagesmedicales.fr';

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** whitelist-sync on real servers, the sandbox's publisher, a webhook and a mail server that keep what they get. */
export class SyncWorld {
  readonly webhook: Record<string, unknown>[] = [];
  readonly mails: string[] = [];
  service: ManagedProcess | undefined;
  private ear: ReturnType<typeof connectNats> | undefined;
  private port = 0;
  private ops = 0;

  private constructor(
    readonly dir: string,
    readonly certificates: Certificates,
    readonly database: Database,
    readonly broker: Broker,
    readonly national: RunningPublisher,
    readonly own: IssuedCertificate,
    private readonly sinks: { webhook: Server; smtp: TcpServer },
    private readonly registryFile: string,
  ) {}

  static async open(dir: string): Promise<SyncWorld> {
    const certificates = await makeCertificates(join(dir, 'pki'), SITES, await makeAuthorities());
    const database = await openDatabase(join(dir, 'postgres'), true);
    const broker = await openBroker(join(dir, 'nats'), certificates);
    await installBus({ dir, broker, certificates });
    const { igc } = certificates;
    const own = await issue(igc, 'SERV_SSL', {
      commonName: OWN_DB,
      structure: '1990000001',
      organisation: 'ALPHA',
      names: [OWN_DB],
    });
    const national = await startWhiteListPublisher({ igc, entries: [ownEntry(), otherEntry(1)] });
    const publicDir = join(dir, 'public');
    mkdirSync(publicDir);
    writeFileSync(join(publicDir, 'ca.pem'), authorityBundle(igc));
    writeFileSync(join(publicDir, 'db1.cert.pem'), own.certificate);
    const pacs = { host: '127.0.0.1', port: 11112, storePort: 11113 };
    const site = registrySite(SITES[0]!, 1, { hl7Port: 2575, pacs });
    const registry: SiteRegistry = { version: 1, sites: [site] };
    site.pacsLinks[0]!.wado.certificate = 'db1';
    const registryFile = await writeRegistry(dir, registry);
    const sinks = { webhook: createServer(), smtp: createTcp() };
    const world = new SyncWorld(dir, certificates, database, broker, national, own, sinks, registryFile);
    await world.openSinks();
    return world;
  }

  async start(env: Record<string, string> = {}): Promise<void> {
    [this.port, this.ops] = [await freePort(), await freePort()];
    const { webhook, smtp } = this.sinks;
    const portOf = (server: Server | TcpServer): number => (server.address() as AddressInfo).port;
    this.service = await startProcess({
      name: 'whitelist-sync',
      command: process.execPath,
      args: ['--enable-source-maps', join(REPOSITORY, 'apps/whitelist-sync/dist/main.js')],
      env: {
        DRIMBOX_MODE: 'test',
        DRIMBOX_REGISTRY_FILE: this.registryFile,
        DRIMBOX_DATABASE_URL: this.database.urls['whitelist-sync'],
        DRIMBOX_NATS_URL: this.broker.server.url,
        DRIMBOX_NATS_SEED_FILE: this.broker.seedFiles['whitelist-sync'],
        DRIMBOX_INTERNAL_TLS_DIR: this.certificates.internalDir('whitelist-sync'),
        DRIMBOX_HTTP_PORT: String(this.port),
        DRIMBOX_OPS_PORT: String(this.ops),
        DRIMBOX_WHITE_LIST_URL: this.national.listUrl,
        DRIMBOX_WHITE_LIST_CA_FILE: join(this.dir, 'public/ca.pem'),
        DRIMBOX_CRL_URLS: this.national.crlUrls.join(','),
        DRIMBOX_CRL_PACE_SECONDS: '1',
        DRIMBOX_PUBLIC_CERTIFICATES_DIR: join(this.dir, 'public'),
        DRIMBOX_ALERT_WEBHOOK_URL: `http://127.0.0.1:${portOf(webhook)}/alert`,
        DRIMBOX_SMTP_URL: `smtp://127.0.0.1:${portOf(smtp)}`,
        DRIMBOX_ALERT_MAIL_FROM: 'drimbox@site.test',
        DRIMBOX_ALERT_MAIL_TO: 'admin@site.test',
        ...env,
      },
      logFile: join(this.dir, 'whitelist-sync.log'),
      ready: { jsonLine: true },
    });
  }

  async stop(): Promise<void> {
    await this.service?.stop();
    await (await this.ear)?.close();
    await this.national.stop();
    this.sinks.webhook.closeAllConnections();
    this.sinks.webhook.close();
    this.sinks.smtp.close();
    await this.broker.server.stop();
    await this.database.server.stop();
  }

  /** A file of the public certificates, as an installer puts it there. */
  putCertificate(name: string, pem: string): void {
    writeFileSync(join(this.dir, 'public', `${name}.cert.pem`), pem);
  }

  ask(path: string, as: 'admin' | 'wado-gateway' | 'kos-publisher' = 'admin'): Promise<Answer> {
    return this.call('GET', path, as, {});
  }

  refresh(account = 'claire'): Promise<Answer> {
    return this.call('POST', '/white-list/refresh', 'admin', { [OPERATOR_HEADER]: account });
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ops}/metrics`)).text();
  }

  async ready(): Promise<unknown> {
    return (await fetch(`http://127.0.0.1:${this.ops}/health/ready`)).json();
  }

  sql(statement: string): Promise<string> {
    return this.database.server.sql(`set search_path = whitelist_sync; ${statement}`);
  }

  call(
    method: string,
    path: string,
    as: 'admin' | 'wado-gateway' | 'kos-publisher',
    headers: Record<string, string>,
  ): Promise<Answer> {
    const dir = this.certificates.internalDir(as);
    const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => readFileSync(join(dir, file)));
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: 'localhost', port: this.port, method, path, headers, ca, cert, key, agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) }));
        },
      );
      asked.on('error', reject).end();
    });
  }

  /** The next event of a name, as wado-gateway gets it; waits for it. */
  async event(name: EventName): Promise<unknown> {
    this.ear ??= connectNats({
      url: this.broker.server.url,
      name: 'wado-gateway',
      seedFile: this.broker.seedFiles['wado-gateway'],
      tlsDir: this.certificates.internalDir('wado-gateway'),
    });
    const connection = await this.ear;
    const next = `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${durableOf('wado-gateway', name)}`;
    const ask = JSON.stringify({ batch: 1, expires: 20_000 * 1_000_000 });
    const message = await connection.request(next, ask, { timeout: 25_000, noMux: true });
    message.respond('+ACK');
    return message.json();
  }

  private async openSinks(): Promise<void> {
    this.sinks.webhook.on('request', (incoming, outgoing) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
      incoming.on('end', () => {
        this.webhook.push(JSON.parse(text) as Record<string, unknown>);
        outgoing.end();
      });
    });
    // As much of SMTP (RFC 5321) as one plain mail needs.
    this.sinks.smtp.on('connection', (socket) => {
      let data: string | undefined;
      socket.on('error', () => undefined).setEncoding('utf8');
      socket.write('220 sandbox\r\n');
      socket.on('data', (chunk: string) => {
        if (data !== undefined) {
          data += chunk;
          if (!data.endsWith('\r\n.\r\n')) return;
          this.mails.push(data);
          data = undefined;
          return void socket.write('250 kept\r\n');
        }
        if (/^DATA/i.test(chunk)) data = '';
        socket.write(data === '' ? '354 go on\r\n' : /^QUIT/i.test(chunk) ? '221 bye\r\n' : '250 sandbox\r\n');
      });
    });
    for (const server of Object.values(this.sinks)) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    }
  }
}

export const ownEntry = (dn = `C=FR,O=Alpha,OU=1990000001,CN=${OWN_DB}`): PublishedEntry => ({
  db: OWN_DB,
  vi: 'vi1.990.mesimagesmedicales.fr',
  operator: 'Alpha',
  dn,
});

export const otherEntry = (n: number): PublishedEntry => ({
  db: `db${n}.991.mesimagesmedicales.fr`,
  vi: '',
  operator: `Opérateur ${n}`,
  dn: `CN=db${n}.991.mesimagesmedicales.fr,OU=31990000000000${n},O=OPERATEUR,ST=Paris (75),C=FR`,
});
