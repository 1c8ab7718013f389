import { Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { PacsLink, Site } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { Found } from './find-study.service.js';

/** What a query leaves behind: one audit record, and the figures that DSR §3.2.3 C counts. */
@Injectable()
export class QueryLedger {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  async record(site: Site, link: PacsLink, study: string, found: Found, milliseconds: number): Promise<void> {
    const failed = found.outcome === 'failed' ? found : undefined;
    const series = found.outcome === 'found' ? found.study.series : [];
    await this.database.transaction(async (tx) => {
      await this.outbox.add(tx, 'pacs.queried', {
        site: site.id,
        at: new Date().toISOString(),
        pacsLink: link.id,
        study,
        outcome: found.outcome,
        ...(failed && { code: failed.code }),
        series: series.length,
        instances: series.reduce((sum, { instances }) => sum + instances.length, 0),
        milliseconds,
      });
      await this.audit.record(tx, {
        kind: 'pacsQueried',
        outcome: failed ? OUTCOME.minorFailure : OUTCOME.success,
        ...(failed && { outcomeDescription: failed.code }),
        site: site.id,
        participants: [
          { userId: link.callingAe, requestor: true },
          { userId: link.calledAe, requestor: false, network: { address: link.host, port: link.port } },
        ],
        objects: [{ kind: 'study', uid: study }],
      });
    });
  }
}
