import type { Profile, SituationChoice } from '../session/session.js';
import { type Html, html } from './html.js';
import { type Language, WORDS } from './words.js';

/** What every page needs to know. */
export interface PageContext {
  readonly language: Language;
  /** Where the link to the other language leads: the same page. None where a page is shown once. */
  readonly here: string | undefined;
}

export const STYLE_PATH = '/portail/style.css';

function page({ language, here }: PageContext, title: string, body: Html): string {
  const words = WORDS[language];
  const other = language === 'fr' ? 'en' : 'fr';
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <header>
          <span>DRIMbox</span>${here === undefined ? [] : [otherLanguage(here, other, words.otherLanguage)]}
        </header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}

const otherLanguage = (here: string, language: Language, label: string): Html =>
  html`<a href="${here}${here.includes('?') ? '&' : '?'}langue=${language}" hreflang="${language}" lang="${language}"
    >${label}</a
  >`;

/** Professional or patient? Both stand at the same level; only the ways that are set are offered. */
export function choicePage(
  context: PageContext,
  { action, professional, patient }: { action: string; professional: boolean; patient: boolean },
): string {
  const words = WORDS[context.language];
  const button = (value: string, label: string, hint: string): Html =>
    html`<button name="profil" value="${value}"><strong>${label}</strong><span>${hint}</span></button>`;
  return page(
    context,
    words.title,
    html`<p>${words.choose}</p>
      <form method="post" action="${action}">
        ${[
          ...(professional ? [button('professional', words.professional, words.professionalHint)] : []),
          ...(patient ? [button('patient', words.patient, words.patientHint)] : []),
        ]}
        <label><input type="checkbox" name="retenir" value="1" /> ${words.remember}</label>
      </form>
      <p class="small">${words.data}</p>`,
  );
}

const TELEPHONE = /(\+?\d(?:[ .\u00a0]?\d){5,14})/;

/** Telephone numbers of a text can be called, and stay on one line. */
const callable = (text: string): Html[] =>
  text
    .split(TELEPHONE)
    .map((piece, at) =>
      at % 2 === 0 ? html`${piece}` : html`<a class="number" href="tel:${piece.replace(/[^+\d]/g, '')}">${piece}</a>`,
    );

/** In which situation d'exercice does the professional go on? */
export function situationPage(
  context: PageContext,
  { action, situations }: { action: string; situations: readonly SituationChoice[] },
): string {
  const words = WORDS[context.language];
  return page(
    context,
    words.situationTitle,
    html`<p>${words.situation}</p>
      <form method="post" action="${action}">
        ${situations.map(
          ({ profession, structure }, index) =>
            html`<button name="situation" value="${String(index)}">
              <strong>${structure ?? words.noStructure}</strong><span>${profession}</span>
            </button>`,
        )}
      </form>`,
  );
}

/**
 * Logged out here; the provider's own session ends where the browser has its cookie (OpenID Connect RP-Initiated Logout §2). A form, so
 * that the hint stands in no address.
 */
export function departurePage(
  context: PageContext,
  { action, profile, idToken, redirectUri }: { action: string; profile: Profile; idToken: string; redirectUri: string },
): string {
  const words = WORDS[context.language];
  return page(
    context,
    words.loggedOutTitle,
    html`<p>${words.departure}</p>
      <form method="post" action="${action}">
        <input type="hidden" name="id_token_hint" value="${idToken}" />
        <input type="hidden" name="post_logout_redirect_uri" value="${redirectUri}" />
        <button><strong>${profile === 'patient' ? words.endFranceConnect : words.endPsc}</strong></button>
      </form>`,
  );
}

/** One page for every refusal: no reason, and whom to call. */
export const refusalPage = (context: PageContext, whom: string): string => {
  const words = WORDS[context.language];
  return page(
    context,
    words.refusedTitle,
    html`<p>${words.refused}</p>
      <p>${callable(words.whom(whom))}</p>`,
  );
};

export const loginFailedPage = (context: PageContext, again: string): string => {
  const words = WORDS[context.language];
  return page(
    context,
    words.loginTitle,
    html`<p>${words.loginFailed}</p>
      <p><a class="button" href="${again}">${words.again}</a></p>`,
  );
};

export type Message = 'link' | 'expired' | 'away' | 'busy' | 'loggedOut';

export const messagePage = (context: PageContext, message: Message): string => {
  const words = WORDS[context.language];
  return page(context, words[`${message}Title`], html`<p>${words[message]}</p>`);
};
