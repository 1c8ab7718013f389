import { LINK_STATES, type LinkCondition } from '@drimbox/contracts';
import { Database, type Sql } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

/** The conditions of the PACS links, shared by the replicas. */
@Injectable()
export class LinkConditionsRepository {
  constructor(private readonly database: Database) {}

  /** What is older than what is known is ignored. */
  async take(sql: Sql, { pacsLink, state, since }: Pick<LinkCondition, 'pacsLink' | 'state' | 'since'>): Promise<void> {
    await sql.run({
      text: `insert into link_condition (link, state, since) values ($1, $2, $3)
             on conflict (link) do update set state = excluded.state, since = excluded.since
             where link_condition.since < excluded.since`,
      values: [pacsLink, state, since],
    });
  }

  async all(): Promise<Map<string, LinkCondition['state']>> {
    const rows = await this.database.query<{ link: string; state: string }>('select link, state from link_condition');
    return new Map(
      rows.flatMap(({ link, state }) => {
        const known = LINK_STATES.find((one) => one === state);
        return known ? [[link, known] as const] : [];
      }),
    );
  }
}
