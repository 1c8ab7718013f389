import { encodeText } from '../dataset/charset.js';
import type { Attributes, AttributeValue } from '../dataset/write-dataset.js';

export type KosCharset = 'ISO_IR 100' | 'ISO_IR 192';

/** Latin-1 as in the official samples when every text fits it, else UTF-8. */
export const chooseCharset = (texts: Iterable<string>): KosCharset =>
  Array.from(texts).every((text) => encodeText(text, 'ISO_IR 100') !== undefined) ? 'ISO_IR 100' : 'ISO_IR 192';

/** Every text of a data set to be, whatever its depth. */
export function* textsOf(attributes: Attributes): Generator<string> {
  for (const value of Object.values(attributes) as (AttributeValue | undefined)[]) {
    for (const one of Array.isArray(value) ? (value as readonly (string | number | Attributes)[]) : [value]) {
      if (typeof one === 'string') yield one;
      else if (typeof one === 'object' && !Buffer.isBuffer(one)) yield* textsOf(one as Attributes);
    }
  }
}
