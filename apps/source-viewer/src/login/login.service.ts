import {
  type FinishedLogin,
  type Professional,
  readProfessions,
  type StartedLogin,
  type Tokens,
} from '@drimbox/identity';
import type { From } from '@drimbox/images';
import { CONFIG, errorFields, Logger } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { PortalJournal } from '../journal/portal-journal.js';
import { SessionRepository } from '../session/session.repository.js';
import type { Profile, Session, SignedIn, Visit } from '../session/session.js';
import { Providers } from './providers.js';
import { ViNames } from '../listener/vi-names.js';
import { inFormerSituation, patientSignedIn, professionalSignedIn, type ProfessionalRules } from './signed-in.js';

export type Finished =
  /** `id` of the session from now on. */
  | { readonly ok: true; readonly id: string; readonly visit: Visit }
  /** `visit` is undefined when the browser came back with nothing that was asked. */
  | { readonly ok: false; readonly visit: Visit | undefined };

/** The way to a provider of identity and back. */
@Injectable()
export class LoginService {
  private readonly rules: ProfessionalRules;

  constructor(
    private readonly providers: Providers,
    private readonly sessions: SessionRepository,
    private readonly journal: PortalJournal,
    private readonly names: ViNames,
    private readonly logger: Logger,
    @Inject(CONFIG) { professionsFile, askSituation }: Settings,
  ) {
    this.rules = { professions: readProfessions(professionsFile), askSituation };
  }

  /** Where to send the browser; undefined when the provider is away or not set. */
  async begin(fqdn: string, visit: Visit, profile: Profile): Promise<string | undefined> {
    const party = profile === 'professional' ? this.providers.professional(fqdn) : this.providers.patient(fqdn);
    const started: StartedLogin | undefined = await party?.startLogin();
    if (!started?.ok) {
      this.logger.warn('login.not-begun', { detail: started ? (started.cause ?? started.kind) : 'not set' });
      return undefined;
    }
    await this.sessions.beginLogin(visit, profile, started.transaction, fqdn);
    return started.url;
  }

  /**
   * Where a browser that came back to the callback of all FQDN goes on: the FQDN that it left from. Once, and to a name that is served
   * here. Undefined: it is where it belongs, or nobody sent it.
   */
  async handOver(query: string, here: string): Promise<string | undefined> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const fqdn = await this.sessions.handOver(state, here);
    return fqdn !== undefined && this.names.get(fqdn) ? fqdn : undefined;
  }

  /** @param query of the address the browser came back to. */
  async finish(fqdn: string, session: Session, query: string, from: From): Promise<Finished> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const taken = await this.sessions.takeLogin(session, state);
    if (!taken) return { ok: false, visit: undefined };
    const { visit, profile, transaction } = taken;
    const callback = `${transaction.redirectUri}?${query}`;
    const finished =
      profile === 'professional'
        ? signedIn(
            await this.providers.professional(fqdn)?.finishLogin(callback, transaction),
            (who: Professional, tokens: Tokens) => professionalSignedIn(who, tokens, this.rules),
          )
        : signedIn(await this.providers.patient(fqdn)?.finishLogin(callback, transaction), patientSignedIn);
    if (!finished.ok) {
      await this.journal.login(profile, undefined, from, finished.why);
      return { ok: false, visit };
    }
    const who = inFormerSituation(finished.who, session.who);
    await this.journal.login(profile, who, from);
    const { id } = await this.sessions.signIn(session, who);
    return { ok: true, id, visit };
  }

  /** Ends our session and the provider's, from server to server. @returns whether the provider says that its session has ended. */
  async logout(fqdn: string, session: Session, from: From): Promise<boolean> {
    // Dead from now on; what is left of it goes with its record.
    await this.sessions.end(session);
    const { who } = session;
    if (!who) return true;
    const party = who.kind === 'professional' ? this.providers.professional(fqdn) : this.providers.patient(fqdn);
    const ended = await party?.endSession(who.tokens).catch((error: unknown) => {
      this.logger.warn('logout.failed', errorFields(error));
      return undefined;
    });
    if (ended?.ok !== true) this.logger.warn('logout.not-ended', { detail: ended?.kind ?? 'failed' });
    await this.journal.logout(who, from, ended?.ok === true, (tx) => this.sessions.remove(tx, session));
    return ended?.ok === true;
  }

  /** A provider says that a session of its own has ended (OpenID Connect Back-Channel Logout). @returns false: no such message. */
  async loggedOutThere(fqdn: string, token: string): Promise<boolean> {
    const told = await this.providers.professional(fqdn)?.verifyLogoutToken(token);
    if (!told?.ok) return false;
    const count = await this.sessions.endOf(told.sid === undefined ? told.subject : undefined, told.sid);
    this.logger.info('logout.told', { count });
    return true;
  }
}

function signedIn<Identity>(
  finished: FinishedLogin<Identity> | undefined,
  of: (identity: Identity, tokens: SignedIn['tokens']) => SignedIn,
): { readonly ok: true; readonly who: SignedIn } | { readonly ok: false; readonly why: string } {
  if (!finished) return { ok: false, why: 'provider not set' };
  if (finished.ok) return { ok: true, who: of(finished.identity, finished.tokens) };
  return { ok: false, why: finished.cause === undefined ? finished.kind : `${finished.kind}: ${finished.cause}` };
}
