import { PROFESSIONAL, PIVOT } from './facts.for-spec.js';
import type { Answer } from './ask.for-spec.js';
import { type Portal, SESSION } from './portal.for-spec.js';
import { VI } from './site.for-spec.js';

export const LINK = '/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2.3&accessionNumber=A1&idCDA=1.2.9_2';

export const cookieIn = (answer: Answer, name = SESSION): string | undefined =>
  (answer.headers['set-cookie'] ?? []).map((line) => new RegExp(`^${name}=([^;]*)`).exec(line)?.[1]).find(Boolean);

/** Where a click has led so far. */
export interface Sent {
  readonly id: string;
  readonly visit: string;
  readonly state: string;
}

/** Where a login has led. `before` is the session that it began in, `back` the answer to its callback, `end` what came of it. */
export interface Entered {
  readonly end: Answer;
  readonly back: Answer;
  readonly id: string;
  readonly visit: string;
  readonly before: string;
}

/** Persons at the portal, by the ways that a browser takes. */
export class Ways {
  constructor(private readonly portal: Portal) {}

  /** Who signs in, until a test says otherwise. */
  reset(): void {
    this.portal.psc.identity = PROFESSIONAL;
    this.portal.fc.identity = PIVOT;
    this.portal.psc.subject = PROFESSIONAL.subject;
  }

  /** Click and choice. @returns the cookie so far, the visit, and the state that the provider was given. */
  async sent(profile: string, link = LINK, host: string = VI[0], cookie?: string): Promise<Sent> {
    const cookies: Record<string, string> = cookie === undefined ? {} : { [SESSION]: cookie };
    const click = await this.portal.ask({ path: link, host, cookies });
    const id = cookieIn(click) ?? cookie ?? '';
    const visit = click.headers.location ?? '';
    const chosen = await this.portal.post(visit, { profil: profile }, { [SESSION]: id }, { host });
    return { id, visit, state: new URL(chosen.headers.location ?? '').searchParams.get('state') ?? '' };
  }

  /** Back from the provider. @param cookie that the browser has by now. */
  async back({ visit, state, id: before }: Sent, cookie = before, host: string = VI[0]): Promise<Entered> {
    const path = `/retour?code=c&state=${state}`;
    const back = await this.portal.ask({ path, host, cookies: { [SESSION]: cookie } });
    const id = cookieIn(back) ?? '';
    const to = back.headers.location;
    const end = to?.startsWith('/') ? await this.portal.ask({ path: to, host, cookies: { [SESSION]: id } }) : back;
    return { end, back, id, visit, before };
  }

  async enter(profile: string, link = LINK): Promise<Entered> {
    return this.back(await this.sent(profile, link));
  }

  /** Of a professional who has one situation. */
  async entered(): Promise<{ id: string; view: string }> {
    this.portal.psc.identity = { ...PROFESSIONAL, situations: PROFESSIONAL.situations.slice(0, 1) };
    const { end, id } = await this.enter('professional');
    return { id, view: end.headers.location ?? '' };
  }
}
