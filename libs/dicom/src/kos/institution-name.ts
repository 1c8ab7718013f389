import { cleanText, cutText, type TextSize } from '../dataset/text.js';
import { VRS } from '../dataset/vr.js';
import { INSTITUTION_ID_COMPONENT } from './kos-facts.js';

/** `<name>^^^^^^^^^<id>` within the 64 characters of LO: the name is cut, never the id. */
export function institutionName(institution: { readonly name: string; readonly id: string }, size: TextSize): string {
  const tail = '^'.repeat(INSTITUTION_ID_COMPONENT - 1) + institution.id;
  const room = (VRS.LO.max ?? 64) - tail.length;
  return cutText(cleanText(institution.name.replaceAll('^', ' '), 'LO'), Math.max(room, 0), size) + tail;
}
