import { Injectable } from '@nestjs/common';
import { PortalJournal } from '../journal/portal-journal.js';
import { inSituation } from '../login/signed-in.js';
import { Providers } from '../login/providers.js';
import { situationPage } from '../pages/pages.js';
import { SessionRepository } from '../session/session.repository.js';
import type { Session, SignedIn, Visit } from '../session/session.js';
import { type Exchange, isOurs, pageContext, readForm, sendPage } from './exchange.js';
import { PageAnswers } from './page-answers.js';

export const SITUATION_SUFFIX = '/situation';

/** Has this person to say in which situation d'exercice to go on? */
export const mustChoose = (who: SignedIn): boolean => who.kind === 'professional' && who.situations.length > 0;

/** A professional with several situations d'exercice says in which one to go on; the session remembers it. */
@Injectable()
export class Situations {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly providers: Providers,
    private readonly journal: PortalJournal,
    private readonly answers: PageAnswers,
  ) {}

  ask(exchange: Exchange, visit: Visit, who: SignedIn): void {
    const situations = who.kind === 'professional' ? who.situations : [];
    const action = `/acces/${visit.id}${SITUATION_SUFFIX}`;
    sendPage(exchange, 200, situationPage(pageContext(exchange), { action, situations }));
  }

  /** @returns the session as it goes on; undefined when it was answered that it does not. */
  async take(exchange: Exchange, session: Session, who: SignedIn): Promise<(Session & { who: SignedIn }) | undefined> {
    if (!isOurs(exchange, this.providers.origin(exchange.name.link.vi))) {
      this.answers.message(exchange, 403, 'link');
      return undefined;
    }
    const said = (await readForm(exchange))?.get('situation') ?? '';
    const chosen =
      who.kind === 'professional' && /^[0-9]{1,3}$/.test(said) ? inSituation(who, Number(said)) : undefined;
    if (!chosen) {
      this.answers.message(exchange, 400, 'link');
      return undefined;
    }
    await this.journal.situation(chosen, chosen.user.structure, exchange.from);
    return { ...(await this.sessions.update(session, chosen)), who: chosen };
  }
}
