import { type Act, Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { ErrorCode } from '@drimbox/contracts';
import { type From, personOf, refusedEvent } from '@drimbox/images';
import { Database, type Tx } from '@drimbox/persistence';
import { errorFields, Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { ReportLink } from '../link/read-link.js';
import type { KnownExam } from '../projection/projection.repository.js';
import type { Profile, SignedIn } from '../session/session.js';
import { DOOR } from './door.js';

const US: Act['participants'][number] = { userId: DOOR.service, requestor: false };

/** Where the link of a report was followed. */
export interface AtDoor {
  readonly site: string;
  readonly pacsLink: string;
}

/** Why a link does not open: `cause` for the trail, `code` for what is counted; whoever is refused is told neither. */
export interface Refusal {
  readonly cause: string;
  readonly code: ErrorCode;
}

/**
 * What happens at the door of the viewer but for the images themselves, which the journal of accesses records (DSR §3.2.1, DB.SO.46).
 */
@Injectable()
export class PortalJournal {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
  ) {}

  /** @param failure why, in words of ours; undefined: it succeeded. */
  login(profile: Profile, who: SignedIn | undefined, from: From, failure?: string): Promise<void> {
    return this.record({
      kind: 'userLogin',
      ...outcomeOf(failure),
      participants: [who ? personOf(who, from) : { userId: 'unknown', requestor: true, network: from }, US],
      objects: [],
      detail: { profile },
    });
  }

  /** The situation d'exercice in whose name a professional goes on. */
  situation(who: SignedIn, structure: string | undefined, from: From): Promise<void> {
    return this.record({
      kind: 'situationChosen',
      outcome: OUTCOME.success,
      participants: [personOf(who, from), US],
      objects: [],
      detail: { profile: who.kind, ...(structure !== undefined && { structure }) },
    });
  }

  /** @param remove takes the session out; false: another has recorded its end. */
  logout(who: SignedIn, from: From, ended: boolean, remove: (tx: Tx) => Promise<boolean>): Promise<void> {
    const act: Act = {
      kind: 'userLogout',
      outcome: OUTCOME.success,
      participants: [personOf(who, from), US],
      objects: [],
      detail: { profile: who.kind, providerSessionEnded: ended },
    };
    return this.transaction(async (tx) => {
      if (await remove(tx)) await this.audit.record(tx, act);
    });
  }

  /** @param exam undefined when the link names none that is known. */
  async link(
    who: SignedIn,
    link: ReportLink,
    exam: KnownExam | undefined,
    at: AtDoor & { readonly from: From },
    refusal?: Refusal,
  ): Promise<void> {
    const { site, pacsLink, from } = at;
    await this.record(
      {
        kind: 'viewOpened',
        ...outcomeOf(refusal?.cause),
        ...(exam && { site: exam.site }),
        participants: [personOf(who, from), US],
        objects: [
          { kind: 'study', uid: link.study },
          { kind: 'report', id: link.document },
        ],
        detail: { profile: who.kind },
      },
      async (tx) => {
        if (!refusal) return;
        const refused = { id: randomUUID(), site, pacsLink, ...refusal, from };
        await this.outbox.add(tx, 'image.refused', refusedEvent(DOOR, refused));
      },
    );
  }

  private record(act: Act, further?: (tx: Tx) => Promise<unknown>): Promise<void> {
    return this.transaction(async (tx) => {
      await this.audit.record(tx, act);
      await further?.(tx);
    });
  }

  private async transaction(work: (tx: Tx) => Promise<unknown>): Promise<void> {
    try {
      await this.database.transaction(work);
    } catch (error) {
      this.logger.error('audit.not-recorded', { ...errorFields(error) });
      throw error;
    }
  }
}

const outcomeOf = (failure: string | undefined): Pick<Act, 'outcome' | 'outcomeDescription'> =>
  failure === undefined
    ? { outcome: OUTCOME.success }
    : { outcome: OUTCOME.seriousFailure, outcomeDescription: failure };
