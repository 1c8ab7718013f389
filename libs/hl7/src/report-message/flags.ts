import type { Message } from '../message/parse.js';
import { problem, refused, type Read, type Warning } from './problem.js';
import { FLAG_CODES, META_DMP_MSS, type VisibilityFlags } from './vocabulary.js';

/** Reads the MetaDMPMSS flags: exactly `Y` or `N`. Guessing another value could show a document that must stay hidden. */
export function readFlags(
  message: Message,
  whenMissing: 'is-no' | 'refuse',
  warnings: Warning[],
): Read<VisibilityFlags> {
  const flags = new Map<keyof VisibilityFlags, boolean>();
  for (const obx of message.all('OBX')) {
    const name = obx.text(3, 3) === META_DMP_MSS ? FLAG_CODES.get(obx.text(3, 1)) : undefined;
    if (name === undefined) continue;
    const at = { segment: 'OBX', sequence: obx.sequence, field: 5 };
    const value = obx.repetitions(5).length > 1 ? '' : obx.text(5);
    if (value !== 'Y' && value !== 'N') {
      return refused(problem('forbidden-value', '103', `${obx.text(3, 1)}: Y or N expected`, at));
    }
    if (flags.has(name)) {
      return refused(problem('forbidden-value', '198', `${obx.text(3, 1)} is given twice`, at));
    }
    flags.set(name, value === 'Y');
  }
  for (const [code, name] of FLAG_CODES) {
    if (flags.has(name)) continue;
    const detail = `no OBX ${code}`;
    if (whenMissing === 'refuse') return refused(problem('missing-segment', '101', detail, { segment: 'OBX' }));
    warnings.push({ kind: 'missing-flag', location: { segment: 'OBX' }, detail });
  }
  const is = (name: keyof VisibilityFlags): boolean => flags.get(name) ?? false;
  return {
    ok: true,
    value: {
      masquePs: is('masquePs'),
      invisiblePatient: is('invisiblePatient'),
      invisibleRepresentants: is('invisibleRepresentants'),
      connexionSecrete: is('connexionSecrete'),
      modifConfCode: is('modifConfCode'),
    },
  };
}
