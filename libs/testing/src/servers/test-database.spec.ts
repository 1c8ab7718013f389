import { PostgresAdmin } from '@drimbox/supervisor';
import { testDatabase } from './test-database.js';

describe('testDatabase', () => {
  it('gives each caller a database of its own, with a role that owns only its schema', async () => {
    const first = await testDatabase('hl7-ingest');
    const second = await testDatabase('hl7-ingest');
    expect(first.schema).toBe('hl7_ingest');
    expect(first.database).not.toBe(second.database);

    const asService = new PostgresAdmin(first.url);
    await asService.sql('CREATE TABLE journal (id int); INSERT INTO journal VALUES (7);');
    expect(await asService.sql('SELECT id FROM hl7_ingest.journal')).toBe('7');
    await expect(asService.sql('CREATE TABLE public.intruder (id int)')).rejects.toThrow(/permission denied/);

    const neighbour = await first.addRole('kos-publisher');
    await expect(new PostgresAdmin(neighbour.url).sql('SELECT * FROM hl7_ingest.journal')).rejects.toThrow(
      /permission denied/,
    );
    await expect(asService.sql('SELECT 1', second.database)).rejects.toThrow(/permission denied/);
    await first.drop();
    await expect(asService.sql('SELECT 1')).rejects.toThrow(/does not exist|authentication failed/);
    await second.drop();
  });
});
