import { Injectable } from '@nestjs/common';
import { LoginService } from '../login/login.service.js';
import { Providers } from '../login/providers.js';
import { departurePage, messagePage } from '../pages/pages.js';
import { cookieOf, DEPARTURE_COOKIE, departureCookie, noSessionCookie } from '../session/cookies.js';
import { DepartureRepository } from '../session/departure.repository.js';
import type { Session } from '../session/session.js';
import { type Exchange, pageContext, readForm, sendPage } from './exchange.js';
import { PAGE_HEADERS } from './page-headers.js';

/** Where a provider sends the browser back to once its session has ended; the first is its back channel too (POST). */
export const PSC_DEPARTURE_PATH = '/deconnexion/psc';
export const FC_DEPARTURE_PATH = '/deconnexion/franceconnect';
export const RETURN_PATHS: readonly string[] = [PSC_DEPARTURE_PATH, FC_DEPARTURE_PATH];

/** The ends of a session: by its user, by the provider, and what is left to do in the browser. */
@Injectable()
export class Departures {
  constructor(
    private readonly login: LoginService,
    private readonly departures: DepartureRepository,
    private readonly providers: Providers,
  ) {}

  /** Ends our session and asks the provider to end its own; where only a browser can, `/deconnexion` leads there. */
  async leave(exchange: Exchange, session: Session): Promise<void> {
    const { vi } = exchange.name.link;
    const ended = await this.login.logout(vi, session, exchange.from);
    const { who } = session;
    const cookies = [noSessionCookie()];
    // FranceConnect+ knows its user by a cookie: what a server asks for may leave that session alive.
    if (who && (who.kind === 'patient' || !ended)) {
      const { kind: profile, tokens } = who;
      cookies.push(departureCookie(await this.departures.keep({ profile, idToken: tokens.idToken })));
    }
    exchange.response.setHeader('set-cookie', cookies);
  }

  /** Logged out; with the way to end the provider's session, once, when that is left to do. */
  async show(exchange: Exchange): Promise<void> {
    const left = await this.departures.take(cookieOf(exchange.request, DEPARTURE_COOKIE));
    const { vi } = exchange.name.link;
    const cookies = [departureCookie('')];
    const context = pageContext(exchange);
    if (!left) return sendPage(exchange, 200, messagePage(context, 'loggedOut'), cookies);
    const path = left.profile === 'patient' ? FC_DEPARTURE_PATH : PSC_DEPARTURE_PATH;
    const redirectUri = `${this.providers.origin(vi)}${path}`;
    const action = await this.providers.endSessionAddress(left.profile);
    if (action === undefined) return sendPage(exchange, 200, messagePage(context, 'loggedOut'), cookies);
    const form = { action, profile: left.profile, idToken: left.idToken, redirectUri };
    sendPage(exchange, 200, departurePage({ ...context, here: undefined }, form), cookies);
  }

  back(exchange: Exchange): void {
    sendPage(exchange, 200, messagePage(pageContext(exchange), 'loggedOut'));
  }

  /** OpenID Connect Back-Channel Logout. */
  async told(exchange: Exchange): Promise<void> {
    const token = (await readForm(exchange))?.get('logout_token');
    const taken = token ? await this.login.loggedOutThere(exchange.name.link.vi, token) : false;
    exchange.response.writeHead(taken ? 200 : 400, { ...PAGE_HEADERS, 'content-length': 0 }).end();
  }
}
