import type { Sql } from './tx.js';

/** Without these a committed fact may vanish in a power cut, and an acknowledged message with it (promise P2). */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

/** Names of the settings that would let a commit be lost, as this very session has them. */
export async function unsafeSettings(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `select name from pg_settings where name = any($1) and setting = 'off' order by name`,
    [DURABLE],
  );
  return rows.map(({ name }) => name);
}
