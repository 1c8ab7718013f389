import 'reflect-metadata';
import { Database, type OpenDatabase, openDatabase } from '@drimbox/persistence';
import { Lifecycle, Logger, SERVICE_NAME } from '@drimbox/service';
import { testDatabase } from '@drimbox/testing';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassThrough } from 'node:stream';
import { type Act, Audit, auditInsert, auditValues } from './audit.js';
import { OUTCOME } from './audit-events.js';
import { AuditModule } from './audit.module.js';
import { AUDIT_MIGRATIONS } from './migrations.js';

const logger = new Logger({ service: 'kos-publisher', level: 'error', destination: new PassThrough().resume() });
const audit = new Audit('kos-publisher');
let opened: OpenDatabase;

beforeAll(async () => {
  const { url } = await testDatabase('kos-publisher');
  opened = await openDatabase({ url, service: 'kos-publisher', mode: 'test', migrations: AUDIT_MIGRATIONS, logger });
});
afterAll(() => opened.source.destroy());
beforeEach(async () => void (await opened.database.query('delete from audit_outbox')));

const records = async (): Promise<Record<string, unknown>[]> =>
  (
    await opened.database.query<{ record: Record<string, unknown> }>(
      'select record from audit_outbox order by position',
    )
  ).map(({ record }) => record);

const act: Act = {
  kind: 'kosExported',
  outcome: OUTCOME.seriousFailure,
  outcomeDescription: 'DRIM-500',
  at: new Date('2026-11-22T10:00:00Z'),
  site: 'port',
  participants: [
    { userId: '801234567890', requestor: true, network: { address: '10.0.0.7', port: 51000 } },
    { userId: 'DMP', requestor: false },
  ],
  objects: [
    { kind: 'patient', matricule: '279035121518989', oid: '1.2.250.1.213.1.4.8' },
    { kind: 'document', uniqueId: '1.2.250.1.9' },
    { kind: 'study', uid: '1.2.250.1.1' },
  ],
  detail: { attempts: 3 },
};

it('writes an act with its DICOM codes, in the transaction of the act', async () => {
  await opened.database.transaction((tx) => audit.record(tx, act));
  expect(await records()).toEqual([
    {
      event: {
        id: { code: '110106', system: 'DCM', display: 'Export' },
        types: [{ code: 'ITI-41', system: 'IHE Transactions', display: 'Provide and Register Document Set-b' }],
        action: 'R',
        at: '2026-11-22T10:00:00.000Z',
        outcome: 8,
        outcomeDescription: 'DRIM-500',
      },
      participants: [
        { userId: '801234567890', requestor: true, roles: [], network: { address: '10.0.0.7', port: 51000 } },
        { userId: 'DMP', requestor: false, roles: [] },
      ],
      source: { id: 'kos-publisher', site: 'port' },
      objects: act.objects,
      detail: { attempts: 3 },
    },
  ]);
});

it('leaves no record of an act that did not happen', async () => {
  const undone = opened.database.transaction(async (tx) => {
    await audit.record(tx, act);
    throw new Error('changed my mind');
  });
  await expect(undone).rejects.toThrow('changed my mind');
  expect(await records()).toEqual([]);
});

it('fits in the single statement of an app', async () => {
  const values = auditValues(audit.row(act));
  await opened.database.run({ text: `with done as (${auditInsert(2)}) select $1::int`, values: [1, ...values] });
  expect(await records()).toHaveLength(1);
});

it('refuses a trait beyond the matricule, without repeating it', () => {
  const named = { kind: 'patient', matricule: '279035121518989', oid: '1.2.250.1.213.1.4.8', family: 'DURAND' };
  const wrong = (): unknown => audit.row({ ...act, objects: [named as (typeof act.objects)[number]] });
  expect(wrong).toThrow(/DRIM-100/);
  expect(wrong).not.toThrow(/DURAND/);
});

it('takes tokens and matricules out of free words', () => {
  const { record } = audit.row({ ...act, objects: [], detail: { said: 'Bearer abc of 279035121518989' } });
  expect(record).toContain('[token] of [matricule]');
});

it('records that its service starts and stops', async () => {
  const lifecycle = new Lifecycle(logger);
  const context = await NestFactory.createApplicationContext(serviceOf(lifecycle), { logger: false });
  expect(await records()).toMatchObject([{ event: { types: [{ code: '110120' }] } }]);
  await lifecycle.drain();
  expect(await records()).toMatchObject([{}, { event: { id: { code: '110100' }, types: [{ code: '110121' }] } }]);
  await context.close();
});

@Module({})
class HouseModule {}

function serviceOf(lifecycle: Lifecycle): DynamicModule {
  const providers = [
    { provide: SERVICE_NAME, useValue: 'kos-publisher' },
    { provide: Lifecycle, useValue: lifecycle },
    { provide: Database, useValue: opened.database },
  ];
  const house = { module: HouseModule, global: true, providers, exports: providers };
  return { module: class RootModule {}, imports: [house, AuditModule.of()] };
}
