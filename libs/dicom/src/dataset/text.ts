import { type VR, VRS } from './vr.js';

const graphemes = new Intl.Segmenter('fr', { granularity: 'grapheme' });

/** How the length of a text is counted. */
export type TextSize = (text: string) => number;

/** Characters as DICOM counts them: code points of the composed text, not bytes (PS3.5 §6.2). */
export const characterCount: TextSize = (text) => Array.from(text.normalize('NFC')).length;

/** Bytes in UTF-8: never fewer than the characters. */
export const utf8Size: TextSize = (text) => Buffer.byteLength(text.normalize('NFC'), 'utf8');

/** The longest beginning of `text` whose `size` is within `max`: splits no character and leaves no accent behind. */
export function cutText(text: string, max: number, size = characterCount): string {
  const composed = text.normalize('NFC');
  if (size(composed) <= max) return composed;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(composed)) {
    used += size(segment);
    if (used > max) break;
    kept += segment;
  }
  return kept.trimEnd();
}

/** Cuts text to what its VR holds: for descriptions only, an identifier is never cut. */
export const cutToVr = (text: string, vr: VR, size = characterCount): string =>
  cutText(text, VRS[vr].max ?? Infinity, size);

/**
 * Text fit for one value: control characters and the value separator become spaces, runs of spaces one.
 * Line ends are kept in VRs that hold paragraphs (LT, ST, UT).
 */
export function cleanText(text: string, vr: VR): string {
  const controls = VRS[vr].single ? /(?:(?!\n)\p{Cc}| )+/gu : /[\p{Cc}\\ ]+/gu;
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(controls, ' ')
    .trim();
}
