import { Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { PacsLink, Site, SpeedTestReport } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import type { Judged } from './figures.js';

type Done = Extract<SpeedTestReport, { state: 'done' }>;
type Report = Omit<Done, 'state' | 'at' | 'testId' | 'study'>;

/** Tests shown of a link, newest first. */
const HISTORY = 100;
/** What is said of a test that its process did not survive. */
const INTERRUPTED: Report = {
  outcome: 'failed',
  code: 'DRIM-106',
  transferSyntaxes: [],
  instances: 0,
  bytes: 0,
  milliseconds: 0,
  megabitsPerSecond: 0,
  warnings: [],
};

export interface BegunTest {
  readonly id: string;
  readonly link: PacsLink;
  readonly study: string;
  readonly at: Date;
}

/** The history of the speed tests. */
@Injectable()
export class SpeedTestRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  async begin({ id, link, study, at }: BegunTest, account: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query('insert into speed_test (id, link, study, at) values ($1, $2, $3, $4)', [id, link.id, study, at]);
      await this.audit.record(tx, {
        kind: 'operatorAct',
        outcome: OUTCOME.success,
        participants: [
          { userId: account, requestor: true },
          { userId: 'admin', requestor: false },
          { userId: 'pacs-bridge', requestor: false },
        ],
        objects: [{ kind: 'study', uid: study }],
        detail: { act: 'speed-test', pacsLink: link.id, test: id },
      });
    });
  }

  /** The end of a test, the event that counts it and its audit record, in one transaction. */
  async end(site: Site, { id, link }: BegunTest, { figures, warnings }: Judged): Promise<void> {
    const { testId: _, study: __, ...report } = figures;
    await this.database.transaction(async (tx) => {
      await tx.query('update speed_test set report = $2 where id = $1', [id, { ...report, warnings }]);
      await this.outbox.add(tx, 'pacs.speed-tested', {
        site: site.id,
        at: new Date().toISOString(),
        pacsLink: link.id,
        ...figures,
      });
      await this.audit.record(tx, {
        kind: 'pacsRetrieved',
        outcome: figures.outcome === 'complete' ? OUTCOME.success : OUTCOME.minorFailure,
        ...(figures.code !== undefined && { outcomeDescription: figures.code }),
        site: site.id,
        participants: [
          { userId: link.callingAe, requestor: true },
          { userId: link.calledAe, requestor: false, network: { address: link.host, port: link.port } },
        ],
        objects: [{ kind: 'study', uid: figures.study }],
        detail: { test: id, purpose: 'speed-test', instances: figures.instances, bytes: figures.bytes },
      });
    });
  }

  /** Tests that ended, newest first. */
  async ended(link: string): Promise<Done[]> {
    const rows = await this.database.query<{ id: string; study: string; at: Date; report: Report }>(
      'select id, study, at, report from speed_test where link = $1 and report is not null order by at desc limit $2',
      [link, HISTORY],
    );
    return rows.map(({ id, study, at, report }) => ({
      state: 'done',
      testId: id,
      study,
      at: at.toISOString(),
      ...report,
    }));
  }

  /** At the start nothing runs: what had begun did not end. */
  async closeInterrupted(): Promise<void> {
    await this.database.query('update speed_test set report = $1 where report is null', [INTERRUPTED]);
  }
}
