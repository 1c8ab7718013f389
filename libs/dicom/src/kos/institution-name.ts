import { cleanText, cutText } from '../dataset/text.js';
import { VRS } from '../dataset/vr.js';
import { INSTITUTION_ID_COMPONENT } from './kos-facts.js';

/** `<name>^^^^^^^^^<id>` within the 64 characters of LO: the name is cut, never the id. */
export function institutionName({ name, id }: { readonly name: string; readonly id: string }): string {
  const tail = '^'.repeat(INSTITUTION_ID_COMPONENT - 1) + id;
  const room = (VRS.LO.max ?? 64) - tail.length;
  return cutText(cleanText(name.replaceAll('^', ' '), 'LO'), Math.max(room, 0)) + tail;
}
