import { RevocationLists, WhiteList } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

const BODIES = { 'white-list': WhiteList, revocations: RevocationLists } as const;
export type TrustKind = keyof typeof BODIES;
export interface TrustBodies {
  readonly 'white-list': WhiteList;
  readonly revocations: RevocationLists;
}

/** The copies of what whitelist-sync verified, shared by the replicas. */
@Injectable()
export class TrustRepository {
  constructor(private readonly database: Database) {}

  /** Keeps it unless the same or a later version is kept. @returns whether it was news. */
  async keep<K extends TrustKind>(kind: K, body: TrustBodies[K]): Promise<boolean> {
    const { count } = await this.database.run({
      text: `insert into trust_copy (kind, version, body) values ($1, $2, $3)
             on conflict (kind) do update set version = excluded.version, body = excluded.body
             where trust_copy.version < excluded.version`,
      values: [kind, body.version, JSON.stringify(body)],
    });
    return count > 0;
  }

  async read<K extends TrustKind>(kind: K): Promise<TrustBodies[K] | undefined> {
    const [row] = await this.database.query<{ body: unknown }>('select body from trust_copy where kind = $1', [kind]);
    if (!row) return undefined;
    const parsed = BODIES[kind].safeParse(row.body);
    return parsed.success ? (parsed.data as TrustBodies[K]) : undefined;
  }
}
