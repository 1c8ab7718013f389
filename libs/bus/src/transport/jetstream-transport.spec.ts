import { durableOf, EVENTS_STREAM, subjectOf } from '@drimbox/contracts';
import { eventually, tempDir, TestCa } from '@drimbox/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { join } from 'node:path';
import { TestBroker } from '../broker.for-spec.js';
import { outgoing, silentLogger } from '../events.for-spec.js';
import { JetStreamTransport } from './jetstream-transport.js';
import { connectNats, NatsLink } from './nats-link.js';
import { transportContract } from './transport-contract.for-spec.js';

const dir = tempDir();
let broker: TestBroker;
let speaker: JetStreamTransport;
let hearer: JetStreamTransport;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  broker = await TestBroker.start(dir);
  const links = (['hl7-ingest', 'kos-publisher'] as const).map(
    (name) => new NatsLink(broker.optionsOf(name), silentLogger),
  );
  closing.push(...links.map((link) => () => link.close()));
  [speaker, hearer] = links.map((link) => new JetStreamTransport(link)) as [JetStreamTransport, JetStreamTransport];
  await eventually(() => speaker.connected && hearer.connected);
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await broker.server.kill9();
});

it('says that the store is not there before its installation', async () => {
  expect(await speaker.storeCreated()).toBeUndefined();
  await expect(speaker.publish(outgoing())).rejects.toThrow();
});

it('installs, and installs again without harm', async () => {
  await broker.install();
  const created = await speaker.storeCreated();
  await broker.install();
  expect(await speaker.storeCreated()).toEqual(created);
});

describe('the contract of a transport, over JetStream', () => {
  transportContract(() => ({ speaker, hearer }));
});

describe('what an nkey may do', () => {
  let connection: NatsConnection;
  beforeAll(async () => {
    connection = await connectNats(broker.optionsOf('pacs-bridge'));
    closing.push(() => connection.close());
  });

  it('not publish the event of another service', async () => {
    const published = jetstream(connection).publish(subjectOf('report.received'), '{}', { timeout: 1_000, retries: 1 });
    await expect(published).rejects.toThrow(/permission|timeout/i);
    const { num_pending: pending } = await broker.asOperator(async (operator) =>
      (await jetstreamManager(operator)).consumers.info(EVENTS_STREAM, durableOf('kos-publisher', 'report.received')),
    );
    expect(pending).toBe(0);
  });

  it('not read the durable of another service', async () => {
    const durable = durableOf('kos-publisher', 'report.received');
    await expect(jetstream(connection).consumers.get(EVENTS_STREAM, durable)).rejects.toThrow(/permission|timeout/i);
    const asked = connection.request(`$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${durable}`, '1', { timeout: 1_000 });
    await expect(asked).rejects.toThrow(/permission|timeout/i);
  });

  it('not create, delete or listen at will', async () => {
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 1_000 });
    await expect(manager.streams.delete(EVENTS_STREAM)).rejects.toThrow(/permission|timeout/i);
    await expect(
      manager.consumers.add(EVENTS_STREAM, { durable_name: 'spy', filter_subject: 'drim.evt.>' }),
    ).rejects.toThrow(/permission|timeout/i);
    const overheard: unknown[] = [];
    connection.subscribe('drim.evt.>', { callback: (error, message) => void (error ?? overheard.push(message)) });
    await speaker.publish(outgoing());
    await connection.flush();
    expect(overheard).toEqual([]);
  });

  it('nothing without it, nor without a certificate of the internal authority', async () => {
    const options = broker.optionsOf('pacs-bridge');
    const files = (folder: string): Record<string, string> => ({
      caFile: join(options.tlsDir, 'ca.pem'),
      certFile: join(folder, 'cert.pem'),
      keyFile: join(folder, 'key.pem'),
    });
    const anonymous = { servers: options.url, reconnect: false, timeout: 2_000 };
    await expect(connect({ ...anonymous, tls: files(options.tlsDir) })).rejects.toThrow(/authorization/i);
    const foreign = new TestCa(join(dir, 'foreign-ca')).identity(join(dir, 'foreign'), 'pacs-bridge');
    await expect(connect({ ...anonymous, tls: files(foreign) })).rejects.toThrow();
    await expect(connect({ ...anonymous, tls: { caFile: join(options.tlsDir, 'ca.pem') } })).rejects.toThrow();
  });
});
