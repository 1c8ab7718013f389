import type { ViewContext } from '@drimbox/contracts';
import { element } from '../dom/element.js';
import { follow, followAttribute, followText, type TextKey, words } from '../i18n/i18n.js';
import { type Trait, traitsOf } from './traits.js';

/** Who is looked at, who looks, and what this is worth: always on screen. */
export function header(context: ViewContext): HTMLElement {
  return element(
    'header',
    { class: 'header' },
    patient(context),
    user(context),
    element(
      'p',
      { class: 'worth' },
      followText(element('strong', {}), 'nonDiagnostic'),
      ' ',
      follow(element('span', {}), (span) => {
        span.textContent = words.say('version', { version: context.version });
      }),
    ),
  );
}

/** Buttons of the session: language and leaving. */
export function sessionButtons(onLogout: () => void): HTMLElement[] {
  const language = followText(element('button', { type: 'button' }), 'language');
  followAttribute(language, 'aria-label', 'languageLabel');
  follow(language, (button) => button.setAttribute('lang', words.language === 'fr' ? 'en' : 'fr'));
  language.addEventListener('click', () => {
    words.language = words.language === 'fr' ? 'en' : 'fr';
    document.documentElement.lang = words.language;
  });
  const logout = followText(element('button', { type: 'button' }), 'logout');
  logout.addEventListener('click', onLogout);
  return [language, logout];
}

function patient(context: ViewContext): HTMLElement {
  const region = followAttribute(element('section', { class: 'patient' }), 'aria-label', 'patient');
  const list = element('dl', { class: 'traits' });
  follow(list, () => list.replaceChildren(...traitsOf(context.patient, words).map(trait)));
  region.append(list);
  if (context.patient.test) region.append(followText(element('strong', { class: 'test' }), 'test'));
  return region;
}

const trait = ({ key, value }: Trait): HTMLElement =>
  element('div', {}, element('dt', {}, words.say(key)), element('dd', { title: value }, value));

function user({ user: { kind, name, role, structure } }: ViewContext): HTMLElement {
  const region = followAttribute(element('section', { class: 'user' }), 'aria-label', 'user');
  const label: TextKey = kind === 'professional' ? 'professional' : 'patientUser';
  region.append(
    element('p', {}, followText(element('span', { class: 'label' }), label), ' ', element('strong', {}, name)),
    element('p', {}, [role, structure].filter(Boolean).join(' – ')),
  );
  return region;
}
