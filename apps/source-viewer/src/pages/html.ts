/** HTML made by `html` alone: every value in it has been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** A piece of a page. What is not HTML of ours already is text, and is escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const text = (value: string | Html | readonly Html[]): string => {
    if (typeof value === 'string') return escaped(value);
    return value instanceof Html ? value.text : value.map((one) => one.text).join('');
  };
  return new Html(strings.map((piece, at) => piece + (at < values.length ? text(values[at] ?? '') : '')).join(''));
}
