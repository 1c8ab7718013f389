import { type VR, VRS } from './vr.js';

const graphemes = new Intl.Segmenter('fr', { granularity: 'grapheme' });

/** Characters as DICOM counts them: code points of the composed text, not bytes (PS3.5 §6.2). */
export const characterCount = (text: string): number => Array.from(text.normalize('NFC')).length;

/** The longest beginning of `text` within `max` characters that splits no character and leaves no accent behind. */
export function cutText(text: string, max: number): string {
  const composed = text.normalize('NFC');
  if (characterCount(composed) <= max) return composed;
  let kept = '';
  let count = 0;
  for (const { segment } of graphemes.segment(composed)) {
    count += Array.from(segment).length;
    if (count > max) break;
    kept += segment;
  }
  return kept.trimEnd();
}

/** Cuts text to what its VR holds: for descriptions only, an identifier is never cut. */
export const cutToVr = (text: string, vr: VR): string => cutText(text, VRS[vr].max ?? Infinity);

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
