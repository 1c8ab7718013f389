import type { ErrorCode } from '@drimbox/contracts';
import { DEFAULT_PIVOT_SETTINGS, matchPivot } from '@drimbox/identity';
import { type From, Refusals } from '@drimbox/images';
import { type CommonConfig, CONFIG, Logger } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import { ExamIdentities } from '../facts/exam-identities.js';
import { Pace } from '../health/pace.js';
import { personIn } from '../journal/door.js';
import { type AtDoor, PortalJournal } from '../journal/portal-journal.js';
import { ProjectionRepository } from '../projection/projection.repository.js';
import type { Session, SignedIn, Visit } from '../session/session.js';
import { ViewRepository } from '../session/view.repository.js';
import { decide, type Visitor } from './decide.js';
import { insTraitsOf } from './traits.js';

export type Admitted =
  | { readonly kind: 'view'; readonly id: string }
  | { readonly kind: 'refused' }
  /** Nothing can be decided now. */
  | { readonly kind: 'away' }
  | { readonly kind: 'busy' };

/** Exams that one person may ask to see in a minute: nobody tries identifiers out. */
const PER_PERSON = 20;
/** An exam that there is not: asked for where there is none to ask for. */
const NO_EXAM = '00000000-0000-4000-8000-000000000000';

/** From a link and a person to an exam opened, or to the one refusal there is. */
@Injectable()
export class Admission {
  private readonly people = new Pace(PER_PERSON);

  constructor(
    private readonly exams: ProjectionRepository,
    private readonly identities: ExamIdentities,
    private readonly views: ViewRepository,
    private readonly journal: PortalJournal,
    private readonly refusals: Refusals,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings & CommonConfig,
  ) {}

  async admit(
    at: AtDoor & { readonly from: From },
    { link }: Visit,
    session: Session,
    who: SignedIn,
  ): Promise<Admitted> {
    const unanswered = async (kind: 'away' | 'busy', code: ErrorCode, cause: string): Promise<Admitted> => {
      await this.refusals.record({ id: randomUUID(), ...at, study: link.study, person: personIn(who), code, cause });
      return { kind };
    };
    if (this.people.take(`${who.kind} ${who.id}`) !== undefined)
      return unanswered('busy', 'DRIM-714', 'too many links');
    const asked = performance.now();
    const found = await this.exams.find(at.pacsLink, link.study);
    if (!found.complete) return unanswered('away', 'DRIM-718', 'projection not complete');
    const { exam } = found;
    // Asked whatever the exam: neither a kos-publisher that is away nor the time it takes tells what there is.
    const known = await this.identities.of(exam?.shown ? exam.examId : NO_EXAM);
    if (!known.ok) {
      const { code, detail } = known.failure;
      this.logger.warn('identity.not-read', { code, detail });
      return unanswered('away', code, 'identity of the exam not read');
    }
    const { identity } = known;
    const visitor: Visitor =
      who.kind === 'professional'
        ? { kind: 'professional', allowed: who.allowed }
        : { kind: 'patient', match: identity && matchPivot(who.pivot, insTraitsOf(identity.patient), this.pivotRules) };
    const decision = decide(
      { link, exam, identity, visitor },
      { formerReports: this.settings.formerReports, production: this.settings.mode === 'production' },
    );
    if (!decision.ok || !exam || !identity) {
      const refusal = decision.ok ? ({ cause: 'no exam', code: 'DRIM-709' } as const) : decision;
      await this.journal.link(who, link, exam, at, refusal);
      // Unknown, withdrawn, hidden or somebody else's: said alike, and after the same time.
      await sleep(Math.max(0, this.settings.refusalMilliseconds - (performance.now() - asked)));
      return { kind: 'refused' };
    }
    await this.journal.link(who, link, exam, at);
    return { kind: 'view', id: await this.views.open(session, exam, identity) };
  }

  private get pivotRules(): typeof DEFAULT_PIVOT_SETTINGS {
    const { pivotAbsentAmr, pivotPartialDates, pivotAbsentBirthPlace } = this.settings;
    return {
      ...DEFAULT_PIVOT_SETTINGS,
      absentAmr: pivotAbsentAmr,
      partialDates: pivotPartialDates,
      absentBirthPlace: pivotAbsentBirthPlace,
    };
  }
}
