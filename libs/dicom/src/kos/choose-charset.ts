import { encodeText } from '../dataset/charset.js';

export type KosCharset = 'ISO_IR 100' | 'ISO_IR 192';

/** Latin-1 as in the official samples when every text fits it, else UTF-8. */
export const chooseCharset = (texts: Iterable<string>): KosCharset =>
  Array.from(texts).every((text) => encodeText(text, 'ISO_IR 100') !== undefined) ? 'ISO_IR 100' : 'ISO_IR 192';

/** Every text of plain data, whatever its depth. */
export function* textsOf(data: unknown): Generator<string> {
  if (typeof data === 'string') yield data;
  else if (typeof data === 'object' && data !== null) for (const value of Object.values(data)) yield* textsOf(value);
}
