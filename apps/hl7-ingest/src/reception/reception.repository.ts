import type { AuditRow } from '@drimbox/audit';
import type { OutboxRow } from '@drimbox/bus';
import { DrimError, type Report } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { Injectable } from '@nestjs/common';
import { GroupCommit, type GroupLimits } from './group-commit.js';
import { keepStatement } from './keep-statement.js';
import type { MessageKey, Note } from './verdict.js';

/** One line of the journal, with all that it causes. */
export interface Reception {
  readonly id: string;
  readonly sequence: number;
  readonly receivedAt: Date;
  readonly site: string;
  readonly listener: string;
  readonly peer: string;
  readonly key: MessageKey;
  readonly digest: Buffer;
  readonly verdict: 'AA' | 'AE' | 'AR' | 'none';
  readonly outcome: 'accepted' | 'refused' | 'ignored';
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly location?: string | undefined;
  readonly notes: readonly Note[];
  readonly raw: Buffer;
  readonly ack: Buffer | undefined;
  readonly report: Report | undefined;
  readonly events: readonly OutboxRow[];
  readonly audit: AuditRow;
}

/**
 * Commits of receptions under way at once, and what one may hold. Measured on two cores: more commits at once only
 * make smaller groups, and larger groups only make a sender wait.
 */
const GROUPS: GroupLimits = { commits: 2, items: 16, bytes: 2 * 1024 * 1024 };

@Injectable()
export class ReceptionRepository {
  private readonly groups = new GroupCommit<Reception, boolean>(
    (receptions) => this.keepAll(receptions),
    ({ raw }) => raw.length,
    (error) => !(error instanceof DrimError && error.code === 'DRIM-105'),
    GROUPS,
  );

  constructor(private readonly database: Database) {}

  /** The first acknowledgement of the same MSH-3/4/10 with the same bytes; the repeat is counted. */
  async repeat(site: string, key: MessageKey, digest: Buffer): Promise<Buffer | undefined> {
    const { rows } = await this.database.run<{ ack: Buffer }>({
      name: 'reception-repeat',
      text: `update reception set repeats = repeats + 1, last_repeat_at = now()
              where digest = $1 and site = $2 and control_id = $3 and application = $4 and facility = $5
                and verdict in ('AA', 'AE')
              returning ack`,
      values: [digest, site, key.controlId, key.application, key.facility],
    });
    return rows[0]?.ack;
  }

  /** @returns false when the same message is already answered (here or by another replica): nothing was written. */
  keep(reception: Reception): Promise<boolean> {
    return this.groups.add(reception);
  }

  /** One statement in one round trip: all of them are committed when it returns. */
  private async keepAll(receptions: readonly Reception[]): Promise<boolean[]> {
    // In the order of their keys: two groups that hold the same two repeats never wait for each other.
    const ordered = receptions.toSorted((a, b) => Buffer.compare(a.digest, b.digest));
    const { rows } = await this.database.run<{ id: string }>(keepStatement(ordered));
    const kept = new Set(rows.map(({ id }) => id));
    return receptions.map(({ id }) => kept.has(id));
  }
}
