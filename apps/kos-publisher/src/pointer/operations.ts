import { DrimError, type Failure, type Report } from '@drimbox/contracts';
import type { AttemptOutcome } from '../dmp/look-first.js';
import type { VisibilityRule } from '../kos/visibility.js';
import type { LifeEvent } from '../life/life.js';
import { fits, type Operation, type PointerVersion } from '../life/plan.js';
import type { Wanted } from '../life/wanted.js';
import { wantedIn } from './intake.js';
import { eventOfFailure, isHolding } from './outcomes.js';
import type { Exam, FrozenVersion, PointerStore, PointerTx } from './pointer-store.js';
import type { PointerWorld } from './pointer-world.js';

/** An operation begun: its attempt is committed before the first byte leaves. */
export interface Begun {
  readonly exam: Exam;
  readonly wanted: Wanted;
  readonly operation: Operation;
  readonly attempt: string | undefined;
}

export interface Outcome {
  readonly event: LifeEvent | undefined;
  readonly cause?: Failure;
  /** The same operation is tried again later; the others of the plan go on. */
  readonly again?: boolean;
  /** Recorded under the exam's lock, whatever came meanwhile: it is what happened. */
  readonly record: (tx: PointerTx, exam: Exam) => Promise<void>;
}

type Ended = (tx: PointerTx, outcome: NonNullable<AttemptOutcome>, cause?: Failure) => Promise<void>;

/** It may still come. */
const LATE: Failure = { code: 'DRIM-501', detail: 'not done yet' };
/** Deleted in the DMP by somebody else. */
const LOST: Failure = { code: 'DRIM-507' };

/** Carries out one operation of a plan: contacts first, then what to record, whatever came meanwhile. */
export class Operations {
  constructor(
    private readonly store: PointerStore,
    private readonly world: PointerWorld,
    private readonly rule: VisibilityRule,
  ) {}

  async carryOut({ exam, wanted, operation, attempt }: Begun): Promise<Outcome> {
    const ended: Ended = async (tx, outcome, cause) => {
      if (attempt) await tx.endAttempt(attempt, outcome, cause);
    };
    switch (operation.kind) {
      case 'discard':
        return {
          event: 'version.overtaken',
          record: (tx) => tx.setStatus(operation.version.id, 'discarded'),
        };
      case 'build':
        return this.build(exam, wanted, operation.replaces);
      case 'look': {
        const looked = await this.world.look(await this.frozen(operation.version.id));
        if (looked.kind === 'failed') {
          const cause = looked.failure;
          return { event: 'dmp.unavailable', cause, again: true, record: (tx) => ended(tx, 'unknown', cause) };
        }
        return this.settled(operation.version, looked.kind, { wanted, ended });
      }
      case 'send':
        return this.send(operation.version.id, ended);
      case 'delete': {
        const deleted = await this.world.delete(await this.frozen(operation.version.id), await this.latestReport(exam));
        if (deleted.kind === 'failed') {
          const { failure: cause, sent } = deleted;
          const record = (tx: PointerTx): Promise<void> => ended(tx, sent ? 'unknown' : 'not-sent', cause);
          return { event: 'dmp.not-deleted', cause, again: true, record };
        }
        return {
          event: 'dmp.deleted',
          record: async (tx) => {
            await ended(tx, 'accepted');
            await tx.setStatus(operation.version.id, 'deleted');
          },
        };
      }
    }
  }

  private async build(exam: Exam, wanted: Wanted, replaces: PointerVersion | undefined): Promise<Outcome> {
    if (wanted.kind !== 'pointer') throw new DrimError('DRIM-100', 'nothing to build');
    const searched = await this.world.search(exam, wanted.heads);
    if (!searched.ok) return notBuilt(searched.failure);
    const built = this.world.build(exam, wanted.heads, searched.study, replaces);
    if (!built.ok) return notBuilt(built.failure);
    return {
      event: 'pacs.found',
      record: async (tx, locked) => {
        // What came meanwhile may want something else: then this version is not worth archiving.
        const now = await wantedIn(tx, locked, this.rule);
        const same = now.kind === 'pointer' && now.fingerprint === wanted.fingerprint;
        if (same) await tx.freeze(built.version);
      },
    };
  }

  /**
   * A look settles a doubt: of a send (is it there?) or of a deletion (is it gone?). What the DMP has not done but may
   * still do, and must not, is asked again until it cannot come any more.
   */
  private settled(
    version: PointerVersion,
    seen: 'approved' | 'gone' | 'absent',
    { wanted, ended }: { readonly wanted: Wanted; readonly ended: Ended },
  ): Outcome {
    const { id, status } = version;
    const deletion = status === 'approved';
    const undone = seen === (deletion ? 'approved' : 'absent');
    if (undone && version.late && isUnwanted(version, wanted))
      return { event: 'dmp.unavailable', cause: LATE, again: true, record: (tx) => ended(tx, 'unknown', LATE) };
    if (seen === 'absent' && !deletion) return { event: undefined, record: (tx) => ended(tx, 'not-found') };
    if (seen === 'approved' && deletion) return { event: undefined, record: (tx) => ended(tx, 'found') };
    const event = deletion ? 'dmp.deleted' : seen === 'approved' ? 'dmp.accepted' : 'dmp.lost';
    return {
      event,
      ...(event === 'dmp.lost' && { cause: LOST }),
      record: async (tx) => {
        await ended(tx, 'found');
        if (deletion) await tx.setStatus(id, 'deleted');
        else await this.inDmp(tx, id, seen === 'approved' ? 'approved' : 'lost');
      },
    };
  }

  private async send(versionId: string, ended: Ended): Promise<Outcome> {
    const version = await this.frozen(versionId);
    const replaced = version.replaces === null ? undefined : await this.frozen(version.replaces);
    const sent = await this.world.send(version, replaced);
    switch (sent.kind) {
      case 'published':
        return {
          event: 'dmp.accepted',
          record: async (tx) => {
            await ended(tx, 'accepted');
            await this.inDmp(tx, versionId, 'approved');
          },
        };
      case 'not-sent':
      case 'unknown':
        return {
          event: 'dmp.unavailable',
          cause: sent.failure,
          again: true,
          record: (tx) => ended(tx, sent.kind, sent.failure),
        };
      case 'refused':
        return {
          event: 'dmp.refused',
          cause: sent.failure,
          record: async (tx) => {
            await ended(tx, 'refused', sent.failure);
            await tx.setStatus(versionId, 'refused');
          },
        };
      case 'target-lost':
        return {
          event: 'dmp.lost',
          cause: LOST,
          record: async (tx) => {
            await ended(tx, 'not-sent');
            await tx.setStatus(versionId, 'discarded');
            if (replaced) await tx.setStatus(replaced.id, 'lost');
          },
        };
    }
  }

  private async inDmp(tx: PointerTx, versionId: string, status: 'approved' | 'lost'): Promise<void> {
    await tx.setStatus(versionId, status);
    const { replaces } = await tx.frozen(versionId);
    if (replaces !== null) await tx.setStatus(replaces, 'replaced');
  }

  /** What the RIS said last of this exam: the deletion is made in that person's name. */
  private async latestReport({ site, study }: Exam): Promise<Report | undefined> {
    const reports = await this.store.transaction((tx) => tx.reportsOf(site, study));
    return reports.map(({ report }) => report).toSorted((a, b) => b.sequence - a.sequence)[0];
  }

  private frozen(versionId: string): Promise<FrozenVersion> {
    return this.store.transaction((tx) => tx.frozen(versionId));
  }
}

/** Would it be wrong if the DMP still did what was given up: the send of this frozen version, the deletion of this approved one? */
const isUnwanted = (version: PointerVersion, wanted: Wanted): boolean =>
  version.status === 'approved' ? wanted.kind === 'pointer' && version.ins === wanted.ins : !fits(version, wanted);

/** A mismatch is not asked again for the same reports; anything else is, later. */
function notBuilt(cause: Failure): Outcome {
  const event = eventOfFailure(cause.code);
  return { event, cause, again: !isHolding(event), record: async () => undefined };
}
