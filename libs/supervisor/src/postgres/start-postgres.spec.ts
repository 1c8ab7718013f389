import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runs } from '../process/process-tree.js';
import { PostgresAdmin } from './postgres-admin.js';
import { type PostgresServer, startPostgres } from './start-postgres.js';

describe('startPostgres', () => {
  let dir: string;
  let server: PostgresServer | undefined;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'drimbox-postgres-'));
  });
  afterEach(async () => {
    await server?.kill9();
    rmSync(dir, { recursive: true, force: true });
  });

  const SAFETY = `SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')`;

  it('keeps what was committed over kill9, and ends every process of the server', async () => {
    server = await startPostgres({ dir: join(dir, 'cluster'), durable: true });
    expect(await server.sql(SAFETY)).toBe('on,on,on');
    const url = await server.createServiceRole('kos_publisher', 'kos_publisher');
    const service = new PostgresAdmin(url);
    await service.sql('CREATE TABLE fact (id int); INSERT INTO fact VALUES (1);');

    const pids = server.pids();
    expect(pids.length).toBeGreaterThan(3);
    await server.kill9();
    expect(server.pids()).toEqual([]);
    expect(pids.filter(runs)).toEqual([]);

    await server.restart();
    expect(await service.sql('SELECT id FROM fact')).toBe('1');
  });

  it('reuses a cluster, with its passwords, on another port', async () => {
    const first = await startPostgres({ dir, durable: false });
    expect(await first.sql(SAFETY)).toBe('off,off,off');
    const url = await first.createServiceRole('audit', 'audit');
    await new PostgresAdmin(url).sql('CREATE TABLE kept (id int)');
    await first.stop();

    server = await startPostgres({ dir, durable: false });
    expect(server.port).not.toBe(first.port);
    const later = new URL(url);
    later.port = String(server.port);
    expect(await new PostgresAdmin(later.href).sql('SELECT count(*) FROM audit.kept')).toBe('0');

    const renewed = await server.createServiceRole('audit', 'audit');
    expect(await new PostgresAdmin(renewed).sql('SELECT count(*) FROM kept')).toBe('0');
    await expect(new PostgresAdmin(later.href).sql('SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('asks for a password on TCP', async () => {
    server = await startPostgres({ dir, durable: false });
    const url = new URL(server.superuserUrl);
    url.password = 'guess';
    await expect(new PostgresAdmin(url.href).sql('SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('runs under a folder closed to others', async () => {
    const closed = join(dir, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    server = await startPostgres({ dir: join(closed, 'cluster'), durable: false });
    expect(await server.sql('SELECT 1')).toBe('1');
  });

  it('refuses names that are not plain identifiers', async () => {
    const admin = new PostgresAdmin('postgresql://nobody@127.0.0.1:1/postgres');
    await expect(admin.createServiceRole('a; DROP', 'a')).rejects.toThrow('not a plain SQL identifier');
    await expect(admin.createDatabase('Ab')).rejects.toThrow('not a plain SQL identifier');
  });
});
