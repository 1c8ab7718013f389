import { en } from './en.js';
import { fr } from './fr.js';

export type Language = 'fr' | 'en';
export type TextKey = keyof typeof fr;
type Values = Readonly<Record<string, string | number>>;

const TEXTS: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { fr, en };

/** Texts of the language in use. Says `change` when the language does; kept in memory only. */
class Words extends EventTarget {
  private current: Language = 'fr';

  get language(): Language {
    return this.current;
  }

  set language(language: Language) {
    if (language === this.current) return;
    this.current = language;
    this.dispatchEvent(new Event('change'));
  }

  /** `{name}` in the text is replaced by the value of that name. */
  say(key: TextKey, values: Values = {}): string {
    return TEXTS[this.current][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  }

  number(value: number, digits = 0): string {
    return value.toLocaleString(this.current, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  }

  /** A date written YYYY-MM-DD, day first; `00` stands for an unknown part and is kept. */
  date(iso: string): string {
    const [year = '', month = '', day = ''] = iso.split('-');
    return `${day}/${month}/${year}`;
  }
}

export const words = new Words();

/** Keeps the text of an element in the language in use. */
export function follow<T extends Element>(target: T, write: (target: T) => void): T {
  const update = (): void => write(target);
  update();
  words.addEventListener('change', update);
  return target;
}

/** An element whose text is `key`. */
export const followText = <T extends Element>(target: T, key: TextKey): T =>
  follow(target, (followed) => {
    followed.textContent = words.say(key);
  });

/** An attribute that follows the language. */
export const followAttribute = <T extends Element>(target: T, attribute: string, key: TextKey): T =>
  follow(target, (followed) => followed.setAttribute(attribute, words.say(key)));
