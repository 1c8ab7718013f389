import { Audit, OUTCOME } from '@drimbox/audit';
import { Database, type Tx } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import { SqlPointerStore } from '../pointer/sql-pointer-store.js';
import type { OperatorStore, OperatorTx, ToldAct } from './operator-store.js';
import { operatorOf } from './participants.js';

/** An audit record names the versions of an act up to here; an exam hardly has more. */
const MAX_NAMED = 50;

/** The acts of operators on the tables of the pointers. */
@Injectable()
export class SqlOperatorStore implements OperatorStore {
  constructor(
    private readonly database: Database,
    private readonly pointers: SqlPointerStore,
    private readonly audit: Audit,
  ) {}

  transaction<T>(work: (tx: OperatorTx) => Promise<T>): Promise<T> {
    return this.database.transaction(
      (tx) =>
        work({
          pointers: this.pointers.within(tx),
          examOfVersion: (versionId) => examOfVersion(tx, versionId),
          tell: (told) => this.tell(tx, told),
        }),
      { retries: 3 },
    );
  }

  private async tell(tx: Tx, { act, operator, exam, versions, failure }: ToldAct): Promise<void> {
    await this.audit.record(tx, {
      kind: 'operatorAct',
      outcome: failure ? OUTCOME.minorFailure : OUTCOME.success,
      ...(failure && { outcomeDescription: failure.code }),
      site: exam.site,
      participants: operatorOf(operator),
      objects: [
        { kind: 'study', uid: exam.study },
        ...versions.slice(0, MAX_NAMED).map((uniqueId) => ({ kind: 'document' as const, uniqueId })),
      ],
      detail: { act, exam: exam.id, state: exam.state },
    });
  }
}

async function examOfVersion(tx: Tx, versionId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ exam_id: string }>(`select exam_id from kos_version where id = $1`, [versionId]);
  return row?.exam_id;
}
