import { Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { PacsLink, RetrievePurpose, Site } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { RetrievalResult } from './retrieval.js';
import type { Wanted } from './wanted.js';

export interface RetrievalAct {
  readonly id: string;
  readonly site: Site;
  readonly link: PacsLink;
  readonly wanted: Wanted & { readonly series: string };
  readonly purpose: RetrievePurpose;
  readonly result: RetrievalResult;
}

const tenths = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

/** What a retrieval leaves behind: one audit record, and the figures that DSR §3.2.3 C counts, in one transaction. */
@Injectable()
export class RetrievalLedger {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  async record({ id, site, link, wanted, purpose, result }: RetrievalAct): Promise<void> {
    const { outcome, receiver, retried, refused, milliseconds, millisecondsToFirst } = result;
    const { study, series, instance } = wanted;
    const code = outcome.code === undefined ? {} : { code: outcome.code };
    await this.database.transaction(async (tx) => {
      await this.outbox.add(tx, 'images.retrieved', {
        site: site.id,
        at: new Date().toISOString(),
        retrievalId: id,
        pacsLink: link.id,
        study,
        series,
        level: instance === undefined ? 'SERIES' : 'IMAGE',
        method: link.retrieveBy,
        purpose,
        outcome: outcome.outcome,
        ...code,
        objects: receiver.tally.objects,
        ...(outcome.expected !== undefined && { expected: outcome.expected }),
        received: receiver.tally.instances,
        refused,
        bytes: receiver.tally.bytes,
        retried,
        ...(millisecondsToFirst !== undefined && { millisecondsToFirst: tenths(millisecondsToFirst) }),
        milliseconds: tenths(milliseconds),
      });
      await this.audit.record(tx, {
        kind: 'pacsRetrieved',
        outcome: outcome.outcome === 'complete' ? OUTCOME.success : OUTCOME.minorFailure,
        ...(outcome.code !== undefined && { outcomeDescription: outcome.code }),
        site: site.id,
        participants: [
          { userId: link.callingAe, requestor: true },
          { userId: link.calledAe, requestor: false, network: { address: link.host, port: link.port } },
        ],
        objects: [{ kind: 'study', uid: study }],
        detail: { retrieval: id, purpose, instances: receiver.tally.instances, bytes: receiver.tally.bytes },
      });
    });
  }
}
