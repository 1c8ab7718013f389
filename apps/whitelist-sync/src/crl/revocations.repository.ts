import { Database, type Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

export interface KeptCrl {
  readonly url: string;
  readonly der: Buffer;
  readonly fetchedAt: Date;
}

/** The last good list of each address. */
@Injectable()
export class RevocationsRepository {
  constructor(private readonly database: Database) {}

  async all(sql: Sql = this.database): Promise<{ version: number; lists: KeptCrl[] }> {
    const [row] = await sql.query<{ version: number }>('select version from revocation_version');
    const lists = await sql.query<{ url: string; der: Buffer; fetched_at: Date }>(
      'select url, der, fetched_at from revocation_list order by url',
    );
    return {
      version: row?.version ?? 0,
      lists: lists.map(({ url, der, fetched_at }) => ({ url, der, fetchedAt: fetched_at })),
    };
  }

  /** One at a time, whatever the number of replicas. */
  async find(tx: Sql, url: string): Promise<KeptCrl | undefined> {
    await tx.query('select version from revocation_version for update');
    return (await this.all(tx)).lists.find((list) => list.url === url);
  }

  async seen(tx: Sql, url: string): Promise<void> {
    await tx.query('update revocation_list set fetched_at = now() where url = $1', [url]);
  }

  /** @returns the new version. */
  async keep(tx: Sql, url: string, der: Buffer, nextUpdate: Date): Promise<number> {
    await tx.query(
      `insert into revocation_list (url, der, fetched_at, next_update) values ($1, $2, now(), $3)
       on conflict (url) do update set der = excluded.der, fetched_at = excluded.fetched_at, next_update = excluded.next_update`,
      [url, der, nextUpdate],
    );
    return this.nextVersion(tx);
  }

  /** Lists of addresses that are no longer in the settings say nothing any more. */
  async forgetOthers(tx: Sql, urls: readonly string[]): Promise<number | undefined> {
    const gone = await tx.query('delete from revocation_list where not (url = any($1)) returning url', [urls]);
    return gone.length > 0 ? this.nextVersion(tx) : undefined;
  }

  private async nextVersion(tx: Sql): Promise<number> {
    const [row] = await tx.query<{ version: number }>(
      'update revocation_version set version = version + 1 returning version',
    );
    return row?.version ?? 0;
  }
}
