import { ERRORS } from '@drimbox/contracts';
import { Logger } from '@drimbox/service';
import { eventually, testDatabase, type TestDatabase } from '@drimbox/testing';
import { PassThrough } from 'node:stream';
import pg from 'pg';
import { Listener } from '../sessions/listener.js';
import { type OpenDatabase, openDatabase } from './open-database.js';
import { isUniqueViolation } from './sql-errors.js';

const MIGRATIONS = [{ name: '001-note', sql: 'create table note (id int primary key, words text not null)' }];

const lines: string[] = [];
const destination = new PassThrough().on('data', (line: Buffer) => lines.push(line.toString()));
const logger = new Logger({ service: 'hl7-ingest', level: 'debug', destination });

let server: TestDatabase;
let opened: OpenDatabase;

const open = (overrides: Partial<Parameters<typeof openDatabase>[0]> = {}): Promise<OpenDatabase> =>
  openDatabase({ url: server.url, service: 'hl7-ingest', mode: 'test', migrations: MIGRATIONS, logger, ...overrides });

beforeAll(async () => {
  server = await testDatabase('hl7-ingest');
  opened = await open();
});
afterAll(async () => {
  await opened.source.destroy();
  await server.drop();
});
beforeEach(async () => void (await opened.database.query('delete from note')));

const words = async (): Promise<string[]> =>
  (await opened.database.query<{ words: string }>('select words from note order by id')).map((row) => row.words);

describe('opening', () => {
  it('says once, aloud, that the server is not durable in test mode', () => {
    expect(lines.filter((line) => line.includes('database.unsafe'))).toHaveLength(1);
    expect(lines.join()).toMatch(/fsync, full_page_writes|fsync/);
  });

  it('refuses a server that could lose a commit in production', async () => {
    await expect(open({ mode: 'production' })).rejects.toMatchObject({
      code: 'DRIM-107',
      detail: 'fsync, full_page_writes, synchronous_commit',
    });
  });

  it('runs each migration once, also when replicas start together', async () => {
    const more = [...MIGRATIONS, { name: '002-list', sql: 'create table list (id int primary key)' }];
    const replicas = await Promise.all([1, 2, 3].map(() => open({ migrations: more })));
    const [row] = await opened.database.query<{ n: number }>('select count(*)::int as n from migration');
    expect(row?.n).toBe(2);
    await Promise.all(replicas.map(({ source }) => source.destroy()));
  });

  it('refuses a migration that was edited after it had run', async () => {
    const edited = [{ name: '001-note', sql: 'create table note (id bigint primary key)' }];
    await expect(open({ migrations: edited })).rejects.toMatchObject({ code: 'DRIM-101' });
  });

  it('leaves nothing of a migration that fails', async () => {
    const broken = [...MIGRATIONS, { name: '003-half', sql: 'create table half (id int); select nonsense' }];
    await expect(open({ migrations: broken })).rejects.toThrow(/nonsense/);
    expect(await opened.database.query(`select 1 from pg_tables where tablename = 'half'`)).toEqual([]);
  });

  it('refuses a wrong password at once instead of waiting', async () => {
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(open({ url: url.href })).rejects.toMatchObject({ code: '28P01' });
  });
});

describe('transactions', () => {
  it('commits what it returns from and rolls back what it throws from', async () => {
    await opened.database.transaction((tx) => tx.query(`insert into note values (1, 'kept')`));
    await expect(
      opened.database.transaction(async (tx) => {
        await tx.query(`insert into note values (2, 'lost')`);
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await words()).toEqual(['kept']);
  });

  it('tells listeners after the commit only', async () => {
    const told: string[] = [];
    await opened.database.transaction(async (tx) => {
      tx.afterCommit(() => told.push('committed'));
      await tx.query(`insert into note values (1, 'x')`);
      expect(told).toEqual([]);
    });
    const repeated = opened.database.transaction((tx) => {
      tx.afterCommit(() => told.push('rolled back'));
      return tx.query(`insert into note values (1, 'again')`);
    });
    const error: unknown = await repeated.catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error, 'note_pkey')).toBe(true);
    expect(told).toEqual(['committed']);
  });

  it('runs again after a serialization failure, only when asked', async () => {
    await opened.database.query(`insert into note values (1, '0')`);
    const increment = (retries: number): Promise<void> =>
      opened.database.transaction(
        async (tx) => {
          const [row] = await tx.query<{ words: string }>('select words from note where id = 1');
          await tx.query('update note set words = $1 where id = 1', [String(Number(row?.words) + 1)]);
        },
        { isolation: 'SERIALIZABLE', retries },
      );
    const once = await Promise.allSettled(Array.from({ length: 8 }, () => increment(0)));
    expect(once.some(({ status }) => status === 'rejected')).toBe(true);
    await opened.database.query(`update note set words = '0'`);
    await Promise.all(Array.from({ length: 8 }, () => increment(100)));
    expect(await words()).toEqual(['8']);
  });
});

describe('one statement', () => {
  it('does several things in one round trip, prepared, with rows and count', async () => {
    const text = `with one as (insert into note values ($1::int, 'one') returning id)
                  insert into note select id + 1, 'two' from one returning id`;
    const done = await opened.database.run<{ id: number }>({ name: 'two-notes', text, values: [1] });
    expect(done).toEqual({ rows: [{ id: 2 }], count: 1 });
    expect(await words()).toEqual(['one', 'two']);
  });
});

describe('faults', () => {
  it('says DRIM-105, retryable, when a session is cut in a transaction, and goes on with a new one', async () => {
    const cut = opened.database.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await asSuperuser(`select pg_terminate_backend(${row?.pid})`);
      await tx.query(`insert into note values (1, 'x')`);
    });
    await expect(cut).rejects.toMatchObject({ code: 'DRIM-105' });
    expect(ERRORS['DRIM-105'].retryable).toBe(true);
    expect(await words()).toEqual([]);
  });

  it('ends a statement that lasts too long', async () => {
    const short = await open({ statementMilliseconds: 200 });
    await expect(short.database.query('select pg_sleep(30)')).rejects.toMatchObject({ code: 'DRIM-105' });
    await short.source.destroy();
  });

  it('waits for a database that is not there yet, until told to stop', async () => {
    let asked = 0;
    const url = 'postgresql://nobody:x@127.0.0.1:1/none';
    await expect(open({ url, stopping: () => ++asked > 1 })).rejects.toMatchObject({ code: 'DRIM-105' });
    expect(asked).toBe(2);
  });
});

describe('LISTEN', () => {
  it('hears, and comes back after its session was cut', async () => {
    const heard: string[] = [];
    const listener = new Listener(opened.database, 'bell', (payload) => heard.push(payload));
    await eventually(() => heard.length === 1);
    await opened.database.query(`select pg_notify('bell', 'first')`);
    await eventually(() => heard.includes('first'));
    await asSuperuser(`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'
      and datname = current_database()`);
    await eventually(() => heard.filter((payload) => payload === '').length === 2);
    await opened.database.query(`select pg_notify('bell', 'second')`);
    await eventually(() => heard.includes('second'));
    await listener.close();
  });
});

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client(server.superuserUrl);
  await client.connect();
  await client.query(sql);
  await client.end();
}
