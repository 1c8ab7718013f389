import type { ExamIdentity } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { CONFIG } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { KnownExam } from '../projection/projection.repository.js';
import { hashOf, newId, placeOf } from './sealer.js';
import { SessionKey } from './session-key.js';
import { maySee, type Session, type SignedIn, type View } from './session.js';

/** What stands of a view at this moment. `forbidden`: the session lives, the exam may not be seen any more. */
export type ViewState =
  | { readonly state: 'open'; readonly view: View; readonly session: Session }
  | { readonly state: 'forbidden'; readonly study: string; readonly who: SignedIn }
  | { readonly state: 'expired' };

interface Row {
  site: string;
  pacs_link: string;
  study: string;
  shown: boolean;
  invisible_to_subject: boolean;
  session: Buffer;
}

/** Exams of views that are being looked at: read once, not at every frame. In memory, and bounded. */
const MAX_KEPT = 200;
/** Exams open in one session; the oldest closes first. */
const MAX_VIEWS = 30;

/** Exams opened, each in the session that opened it and in no other. */
@Injectable()
export class ViewRepository {
  private readonly kept = new Map<string, ExamIdentity>();

  constructor(
    private readonly database: Database,
    private readonly key: SessionKey,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @returns its id. */
  async open({ hash }: Session, exam: KnownExam, identity: ExamIdentity): Promise<string> {
    const id = newId();
    await this.database.query(
      `with oldest as (
         delete from portal_view where id in (
           select id from portal_view where session_hash = $2 order by position desc offset $5))
       insert into portal_view (id, session_hash, exam_id, sealed) values ($1, $2, $3, $4)`,
      [id, hash, exam.examId, this.key.sealer.seal(`view ${id}`, identity), MAX_VIEWS - 1],
    );
    return id;
  }

  /** Asked at every request: a session that ended, or an exam withdrawn or hidden meanwhile, ends it at once. */
  async find(id: string, sessionId: string | undefined, pacsLink: string): Promise<ViewState> {
    if (sessionId === undefined) return { state: 'expired' };
    const hash = hashOf(sessionId);
    const { rows } = await this.database.run<Row>({
      name: 'view-find',
      text: `select site, pacs_link, study, shown, invisible_to_subject, portal_session.sealed as session
               from portal_view join portal_session on id_hash = session_hash join exam using (exam_id)
              where portal_view.id = $1 and id_hash = $2 and pacs_link = $3
                and seen_at > now() - $4 * interval '1 second' and ends_at > now()`,
      values: [id, hash, pacsLink, this.settings.sessionIdleSeconds],
    });
    const [row] = rows;
    const who = row && (this.key.sealer.open(placeOf(hash), row.session) as { who?: SignedIn } | undefined)?.who;
    const identity = who && (await this.identityOf(id));
    if (!row || !who || !identity) {
      this.kept.delete(id);
      return { state: 'expired' };
    }
    const { site, study } = row;
    const hidden = who.kind === 'patient' && row.invisible_to_subject;
    if (!row.shown || hidden || !maySee(who)) return { state: 'forbidden', study, who };
    return { state: 'open', view: { id, site, pacsLink, study, identity, who }, session: { hash, who } };
  }

  private async identityOf(id: string): Promise<ExamIdentity | undefined> {
    const known = this.kept.get(id);
    if (known) return known;
    const [row] = await this.database.query<{ sealed: Buffer }>('select sealed from portal_view where id = $1', [id]);
    const identity = row && (this.key.sealer.open(`view ${id}`, row.sealed) as ExamIdentity | undefined);
    if (!identity) return undefined;
    for (const oldest of this.kept.keys()) {
      if (this.kept.size < MAX_KEPT) break;
      this.kept.delete(oldest);
    }
    this.kept.set(id, identity);
    return identity;
  }
}
