import { type Act, Audit, OUTCOME } from '@drimbox/audit';
import { Outbox } from '@drimbox/bus';
import type { EventBody } from '@drimbox/contracts';
import { Database, type Tx } from '@drimbox/persistence';
import { errorFields, Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { ReportLink } from '../link/read-link.js';
import type { KnownExam } from '../projection/projection.repository.js';
import type { Profile, SignedIn, View } from '../session/session.js';

/** From where somebody comes; the source port matters behind a shared address. */
export interface From {
  readonly address: string;
  readonly port: number;
}

const US: Act['participants'][number] = { userId: 'source-viewer', requestor: false };

/** Everything that happens at the door of the viewer leaves a record (DSR §3.2.1, DB.SO.46). */
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

  logout(who: SignedIn, from: From, ended: boolean): Promise<void> {
    return this.record({
      kind: 'userLogout',
      outcome: OUTCOME.success,
      participants: [personOf(who, from), US],
      objects: [],
      detail: { profile: who.kind, providerSessionEnded: ended },
    });
  }

  /** @param exam undefined when the link names none that is known. */
  async link(
    who: SignedIn,
    link: ReportLink,
    exam: KnownExam | undefined,
    from: From,
    refusal?: string,
  ): Promise<void> {
    await this.record({
      kind: 'viewOpened',
      ...outcomeOf(refusal),
      ...(exam && { site: exam.site }),
      participants: [personOf(who, from), US],
      objects: [
        { kind: 'study', uid: link.study },
        { kind: 'report', id: link.document },
      ],
      detail: { profile: who.kind },
    });
  }

  /** Images of a series went to a browser, or a ZIP of the exam. */
  images(view: View, from: From, kind: 'imagesGiven' | 'examExported', end: ImagesEnd): Promise<void> {
    const { identity, who, site, study, pacsLink } = view;
    const act: Act = {
      kind,
      outcome:
        end.outcome === 'complete'
          ? OUTCOME.success
          : end.outcome === 'cancelled'
            ? OUTCOME.minorFailure
            : OUTCOME.seriousFailure,
      ...(end.outcome !== 'complete' && { outcomeDescription: end.outcome }),
      site,
      participants: [personOf(who, from), US],
      objects: [
        { kind: 'patient', matricule: identity.patient.matricule, oid: identity.patient.oid },
        { kind: 'study', uid: study },
        { kind: 'document', uniqueId: identity.kos },
      ],
      detail: {
        profile: who.kind,
        pacsLink,
        ...(end.series !== undefined && { series: end.series }),
        instances: end.instances,
        bytes: end.bytes,
        milliseconds: Math.round(end.milliseconds),
      },
    };
    return this.record(act, (tx) => this.outbox.add(tx, 'image.served', servedEvent(view, end)));
  }

  private async record(act: Act, further?: (tx: Tx) => Promise<unknown>): Promise<void> {
    try {
      await this.database.transaction(async (tx) => {
        await this.audit.record(tx, act);
        await further?.(tx);
      });
    } catch (error) {
      this.logger.error('audit.not-recorded', { ...errorFields(error) });
      throw error;
    }
  }
}

export interface ImagesEnd {
  readonly outcome: 'complete' | 'incomplete' | 'failed' | 'cancelled';
  readonly series?: string;
  readonly instances: number;
  /** What left, by modality and syntax (DSR §3.2.3 C). */
  readonly objects: EventBody<'image.served'>['objects'];
  readonly bytes: number;
  readonly milliseconds: number;
}

const servedEvent = ({ site, study, pacsLink }: View, end: ImagesEnd): EventBody<'image.served'> => ({
  site,
  at: new Date().toISOString(),
  requestId: randomUUID(),
  door: 'viewer',
  pacsLink,
  study,
  ...(end.series !== undefined && { series: end.series }),
  level: end.series === undefined ? 'study' : 'series',
  outcome: end.outcome,
  objects: end.objects,
  bytes: end.bytes,
  milliseconds: end.milliseconds,
});

const outcomeOf = (failure: string | undefined): Pick<Act, 'outcome' | 'outcomeDescription'> =>
  failure === undefined
    ? { outcome: OUTCOME.success }
    : { outcome: OUTCOME.seriousFailure, outcomeDescription: failure };

const personOf = ({ id, session }: SignedIn, network: From): Act['participants'][number] => ({
  userId: id.slice(0, 120),
  ...(session !== undefined && { alternativeId: session.slice(0, 120) }),
  requestor: true,
  network,
});
