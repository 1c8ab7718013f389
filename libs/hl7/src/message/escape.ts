import { decode, type Charset } from './charset.js';
import type { Separators } from './separators.js';

/**
 * Text of an ER7 value: escape sequences replaced (HL7 v2.5 §2.7). `\.br\` becomes a line feed, `\Xhh..\` the
 * characters of those bytes, highlighting `\H\ \N\` nothing; any other sequence is kept as written.
 */
export function unescape(value: string, separators: Separators, charset: Charset): string {
  const escape = String.fromCharCode(separators.escape);
  if (!value.includes(escape)) return value;
  const parts = value.split(escape);
  let text = parts[0] ?? '';
  for (let i = 1; i < parts.length; i++) {
    const closed = i + 1 < parts.length;
    const meaning = closed ? meaningOf(parts[i]!, separators, charset) : undefined;
    if (meaning === undefined) {
      text += escape + parts[i]!;
    } else {
      text += meaning + parts[i + 1]!;
      i++;
    }
  }
  return text;
}

function meaningOf(sequence: string, separators: Separators, charset: Charset): string | undefined {
  switch (sequence) {
    case 'F':
      return String.fromCharCode(separators.field);
    case 'S':
      return String.fromCharCode(separators.component);
    case 'T':
      return String.fromCharCode(separators.subcomponent);
    case 'R':
      return String.fromCharCode(separators.repetition);
    case 'E':
      return String.fromCharCode(separators.escape);
    case '.br':
      return '\n';
    case 'H':
    case 'N':
      return '';
  }
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(sequence)) return decode(Buffer.from(sequence.slice(1), 'hex'), charset);
  return undefined;
}

/** ER7 form of a text: delimiters escaped, every line end written `\.br\` so that no segment can be injected. */
export function escapeText(text: string, separators: Separators): string {
  const escape = String.fromCharCode(separators.escape);
  const letters = new Map([
    [separators.field, 'F'],
    [separators.component, 'S'],
    [separators.subcomponent, 'T'],
    [separators.repetition, 'R'],
    [separators.escape, 'E'],
  ]);
  let escaped = '';
  for (const char of text.replace(/\r\n?/g, '\n')) {
    const code = char.codePointAt(0)!;
    const letter = letters.get(code);
    if (letter !== undefined) escaped += escape + letter + escape;
    else if (char === '\n') escaped += `${escape}.br${escape}`;
    // The other control characters would break MLLP framing (0x0B, 0x1C) or a reader's screen.
    else escaped += code < 0x20 || code === 0x7f ? ' ' : char;
  }
  return escaped;
}
