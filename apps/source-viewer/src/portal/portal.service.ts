import { DEPARTURE_PATH } from '@drimbox/contracts';
import { CONFIG, errorFields, Logger } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import { Admission } from '../access/admission.js';
import type { Settings } from '../config/settings.js';
import { Pace } from '../health/pace.js';
import { ImageApi } from '../images/image-api.js';
import { LINK_PATH, readLink } from '../link/read-link.js';
import { LoginService } from '../login/login.service.js';
import { CALLBACK_PATH, Providers } from '../login/providers.js';
import { choicePage, loginFailedPage, STYLE_PATH } from '../pages/pages.js';
import { STYLE } from '../pages/style.js';
import {
  cookieOf,
  LANGUAGE_COOKIE,
  preferenceCookie,
  PROFILE_COOKIE,
  SESSION_COOKIE,
  sessionCookie,
} from '../session/cookies.js';
import { SessionRepository } from '../session/session.repository.js';
import { PROFILES, type Profile, type Session, type SignedIn, type Visit } from '../session/session.js';
import { ViewRepository } from '../session/view.repository.js';
import { StaticSite } from '../site/static-site.js';
import { Departures, PSC_DEPARTURE_PATH, RETURN_PATHS } from './departures.js';
import type { Language } from '../pages/words.js';
import { type Exchange, hereOf, isOurs, pageContext, readForm, redirect, sendPage } from './exchange.js';
import { PageAnswers } from './page-answers.js';
import { mustChoose, SITUATION_SUFFIX, Situations } from './situations.js';

const ACCESS = /^\/acces\/([A-Za-z0-9_-]{1,64})(\/situation)?$/;
const VIEW = /^\/v\/([A-Za-z0-9_-]{1,64})\/$/;
const API = /^\/api\/v\/([A-Za-z0-9_-]{1,64})\/(.+)$/;
export const JWKS_PATH = '/fc/jwks.json';

/** From the link of a report to the exam: choice, login, decision, viewer (DSR §3.2.1). */
@Injectable()
export class PortalService {
  private readonly pace: Pace;

  constructor(
    private readonly sessions: SessionRepository,
    private readonly views: ViewRepository,
    private readonly login: LoginService,
    private readonly providers: Providers,
    private readonly admission: Admission,
    private readonly site: StaticSite,
    private readonly images: ImageApi,
    private readonly answers: PageAnswers,
    private readonly situations: Situations,
    private readonly departures: Departures,
    private readonly logger: Logger,
    @Inject(CONFIG) settings: Settings,
  ) {
    this.pace = new Pace(settings.portalPerMinute);
  }

  /** @returns false when nothing of the portal has this address. */
  async answer(exchange: Exchange): Promise<boolean> {
    try {
      return await this.route(exchange);
    } catch (error) {
      this.logger.error('portal.failed', errorFields(error));
      if (exchange.response.headersSent) exchange.response.destroy();
      else this.answers.message(exchange, 500, 'away');
      return true;
    }
  }

  private async route(exchange: Exchange): Promise<boolean> {
    const { path, request } = exchange;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const [, api, rest] = API.exec(path) ?? [];
    if (api !== undefined && rest !== undefined) return this.api(exchange, api, rest);
    if (method === 'GET') {
      if (this.site.answer(exchange)) return true;
      if (path === STYLE_PATH) return this.answers.plain(exchange, 'text/css; charset=utf-8', STYLE);
      if (path === JWKS_PATH && this.providers.jwks)
        return this.answers.plain(exchange, 'application/json', JSON.stringify(this.providers.jwks));
    }
    const work = this.pageOf(exchange, method);
    if (!work) return false;
    if (this.pace.take(exchange.from.address) !== undefined) this.answers.message(exchange, 429, 'busy');
    else if (method === 'GET' && languageAsked(exchange) !== undefined) this.inLanguage(exchange);
    else await work();
    return true;
  }

  /** The same page in the language that its link names, which is remembered. */
  private inLanguage(exchange: Exchange): void {
    const language = languageAsked(exchange) ?? '';
    redirect(exchange, hereOf(exchange), [preferenceCookie(LANGUAGE_COOKIE, language)]);
  }

  private pageOf(exchange: Exchange, method: string | undefined): (() => Promise<void>) | undefined {
    const { path } = exchange;
    const [, visit, situation] = ACCESS.exec(path) ?? [];
    const view = VIEW.exec(path)?.[1];
    if (method === 'GET') {
      if (path.toLowerCase() === LINK_PATH.toLowerCase()) return () => this.follow(exchange);
      if (path === CALLBACK_PATH) return () => this.comeBack(exchange);
      if (path === DEPARTURE_PATH) return () => this.departures.show(exchange);
      if (RETURN_PATHS.includes(path)) return async () => this.departures.back(exchange);
      if (visit !== undefined && situation !== undefined) return () => this.inSituation(exchange, visit);
      if (visit !== undefined) return () => this.choose(exchange, visit);
      if (view !== undefined) return () => this.show(exchange, view);
    }
    if (method === 'POST') {
      if (visit !== undefined && situation !== undefined) return () => this.inSituation(exchange, visit);
      if (visit !== undefined) return () => this.chosen(exchange, visit);
      if (path === PSC_DEPARTURE_PATH) return () => this.departures.told(exchange);
    }
    return undefined;
  }

  /** The link of a report. Its facts leave the address at once; each click is a visit of its own, in a tab of its own. */
  private async follow(exchange: Exchange): Promise<void> {
    const link = readLink(exchange.query);
    if (!link) return this.answers.message(exchange, 400, 'link');
    const known = await this.sessions.find(cookieOf(exchange.request, SESSION_COOKIE));
    const { id, session } = known ? { id: undefined, session: known } : await this.sessions.begin();
    const visit = await this.sessions.addVisit(session, link);
    redirect(exchange, `/acces/${visit.id}`, id === undefined ? [] : [sessionCookie(id)]);
  }

  private async choose(exchange: Exchange, visitId: string): Promise<void> {
    const { session, visit } = await this.visitOf(exchange, visitId);
    if (!session || !visit) return this.answers.message(exchange, 401, 'expired');
    const query = new URLSearchParams(exchange.query);
    if (query.has('echec'))
      return sendPage(exchange, 403, loginFailedPage(pageContext(exchange), `${exchange.path}?choix=1`));
    const again = query.has('choix');
    if (session.who && !again) return this.decide(exchange, visit, session, session.who);
    const remembered = profileOf(cookieOf(exchange.request, PROFILE_COOKIE));
    if (remembered && !again && this.offers(exchange, remembered))
      return this.toProvider(exchange, visit, remembered, []);
    const [professional, patient] = [this.offers(exchange, 'professional'), this.offers(exchange, 'patient')];
    if (!professional && !patient) return this.answers.message(exchange, 503, 'away');
    const context = { ...pageContext(exchange), here: `${exchange.path}?choix=1` };
    sendPage(exchange, 200, choicePage(context, { action: exchange.path, professional, patient }));
  }

  private async chosen(exchange: Exchange, visitId: string): Promise<void> {
    const { session, visit } = await this.visitOf(exchange, visitId);
    if (!session || !visit) return this.answers.message(exchange, 401, 'expired');
    if (!isOurs(exchange, this.providers.origin(exchange.name.link.vi)))
      return this.answers.message(exchange, 403, 'link');
    const form = await readForm(exchange);
    const profile = profileOf(form?.get('profil') ?? undefined);
    if (!form || !profile) return this.answers.message(exchange, 400, 'link');
    const remembered = preferenceCookie(PROFILE_COOKIE, form.get('retenir') === '1' ? profile : '');
    await this.toProvider(exchange, visit, profile, [remembered]);
  }

  /** The choice of a situation: asked by GET, made by POST; without one to make, the exam. */
  private async inSituation(exchange: Exchange, visitId: string): Promise<void> {
    const { session, visit } = await this.visitOf(exchange, visitId);
    const who = session?.who;
    if (!session || !visit || !who) return this.answers.message(exchange, 401, 'expired');
    if (!mustChoose(who)) return this.decide(exchange, visit, session, who);
    if (exchange.request.method !== 'POST') return this.situations.ask(exchange, visit, who);
    const chosen = await this.situations.take(exchange, session, who);
    if (chosen) await this.decide(exchange, visit, chosen, chosen.who);
  }

  private async toProvider(
    exchange: Exchange,
    visit: Visit,
    profile: Profile,
    cookies: readonly string[],
  ): Promise<void> {
    const url = await this.login.begin(exchange.name.link.vi, visit, profile);
    if (url === undefined) this.answers.message(exchange, 503, 'away');
    else redirect(exchange, url, cookies);
  }

  private async comeBack(exchange: Exchange): Promise<void> {
    const { name, from, query } = exchange;
    const elsewhere = await this.login.handOver(query, name.link.vi);
    if (elsewhere !== undefined)
      return redirect(exchange, `${this.providers.origin(elsewhere)}${CALLBACK_PATH}?${query}`);
    const session = await this.sessions.find(cookieOf(exchange.request, SESSION_COOKIE));
    if (!session) return this.answers.message(exchange, 401, 'expired');
    const finished = await this.login.finish(name.link.vi, session, query, from);
    if (!finished.ok && !finished.visit) return this.answers.message(exchange, 401, 'expired');
    if (!finished.ok) return redirect(exchange, `/acces/${finished.visit?.id}?echec=1`);
    // On its own address: neither a reload nor the other language comes back with a code that was used.
    redirect(exchange, `/acces/${finished.visit.id}`, [sessionCookie(finished.id)]);
  }

  private async decide(exchange: Exchange, visit: Visit, session: Session, who: SignedIn): Promise<void> {
    // On its own address, to which going back and forth returns.
    if (mustChoose(who)) return redirect(exchange, `/acces/${visit.id}${SITUATION_SUFFIX}`);
    const { name, from } = exchange;
    const at = { site: name.site, pacsLink: name.link.id, from };
    const admitted = await this.admission.admit(at, visit, session, who);
    if (admitted.kind === 'away') return this.answers.message(exchange, 503, 'away');
    if (admitted.kind === 'busy') return this.answers.message(exchange, 429, 'busy');
    if (admitted.kind === 'refused') return this.answers.refuse(exchange);
    await this.sessions.touch(session);
    redirect(exchange, `/v/${admitted.id}/`);
  }

  /** The page of a view: nothing of it is kept by the browser, so that going back after a logout comes here again. */
  private async show(exchange: Exchange, viewId: string): Promise<void> {
    const id = cookieOf(exchange.request, SESSION_COOKIE);
    const found = await this.views.find(viewId, id, exchange.name.link.id);
    if (found.state === 'expired') return this.answers.message(exchange, 401, 'expired');
    if (found.state === 'forbidden') return this.answers.refuse(exchange);
    await this.sessions.touch(found.session);
    const asks = exchange.request.method === 'GET' ? this.images.opened(found.view) : [];
    if (!this.site.answerPage(exchange, asks)) this.answers.message(exchange, 503, 'away');
  }

  private async api(exchange: Exchange, viewId: string, rest: string): Promise<boolean> {
    await this.images.answer(exchange, viewId, rest, {
      alive: (session) => this.sessions.touch(session),
      logout: (session) => this.departures.leave(exchange, session),
    });
    return true;
  }

  private async visitOf(
    { request }: Exchange,
    id: string,
  ): Promise<{ readonly session: Session | undefined; readonly visit: Visit | undefined }> {
    const session = await this.sessions.find(cookieOf(request, SESSION_COOKIE));
    return { session, visit: session && (await this.sessions.visit(session, id)) };
  }

  private offers({ name }: Exchange, profile: Profile): boolean {
    const { vi } = name.link;
    return (profile === 'professional' ? this.providers.professional(vi) : this.providers.patient(vi)) !== undefined;
  }
}

const profileOf = (word: string | undefined): Profile | undefined => PROFILES.find((profile) => profile === word);

/** The language that a page's link asks for; a link of a report asks for none, whatever stands in it. */
function languageAsked({ path, query }: Exchange): Language | undefined {
  const asked = new URLSearchParams(query).get('langue');
  if (asked !== 'fr' && asked !== 'en') return undefined;
  return path.toLowerCase() === LINK_PATH.toLowerCase() && readLink(query) ? undefined : asked;
}
