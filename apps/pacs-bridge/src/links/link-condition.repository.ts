import { Outbox } from '@drimbox/bus';
import type { LinkCondition, Site } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';

export type Condition = Pick<LinkCondition, 'state' | 'code'>;

/** The last known condition of each PACS link, and what the others are told of it. */
@Injectable()
export class LinkConditionRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async all(): Promise<Map<string, LinkCondition>> {
    const rows = await this.database.query<{
      link: string;
      state: LinkCondition['state'];
      code: LinkCondition['code'] | null;
      since: Date;
    }>('select link, state, code, since from link_condition');
    return new Map(
      rows.map(({ link, state, code, since }) => [
        link,
        { pacsLink: link, state, since: since.toISOString(), ...(code !== null && { code }) },
      ]),
    );
  }

  /** Writes a change and tells it, in one transaction; the same condition again changes nothing. */
  async change(site: Site, pacsLink: string, { state, code }: Condition): Promise<void> {
    await this.database.transaction(async (tx) => {
      const [row] = await tx.query<{ version: number; since: Date }>(
        `insert into link_condition (link, state, code, since, version) values ($1, $2, $3, now(), 1)
         on conflict (link) do update set state = excluded.state, code = excluded.code, since = excluded.since,
           version = link_condition.version + 1
         where (link_condition.state, link_condition.code) is distinct from (excluded.state, excluded.code)
         returning version, since`,
        [pacsLink, state, code ?? null],
      );
      if (!row) return;
      const since = row.since.toISOString();
      await this.outbox.add(tx, 'pacs.link', {
        site: site.id,
        at: since,
        pacsLink,
        state,
        since,
        ...(code !== undefined && { code }),
        version: row.version,
      });
    });
  }
}
