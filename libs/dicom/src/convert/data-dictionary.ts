import type { VR } from '../dataset/vr.js';
import { DATA_ELEMENTS } from './data-elements.js';

/** What the dictionary says of an element: its VR, or a choice that depends on the data set. */
export type DictionaryVr = keyof typeof DATA_ELEMENTS;

const BY_TAG: ReadonlyMap<number, DictionaryVr> = new Map(
  (Object.keys(DATA_ELEMENTS) as DictionaryVr[]).flatMap((vr) =>
    tagsOf(DATA_ELEMENTS[vr]).map((tag) => [tag, vr] as const),
  ),
);

function tagsOf(text: string): number[] {
  const groups = text.replace(/,\s+/g, ',').trim().split(/\s+/);
  return groups.flatMap((group) => {
    const [number = '', elements = ''] = group.split(':');
    return elements.split(',').map((element) => parseInt(number, 16) * 0x10000 + parseInt(element, 16));
  });
}

/** Repeating groups 50xx (curves, retired) and 60xx (overlays), by element number; PS3.5 §7.6. */
const REPEATING: Readonly<Record<number, Readonly<Record<number, DictionaryVr>>>> = {
  0x5000: {
    0x5: 'US', 0x10: 'US', 0x20: 'CS', 0x22: 'LO', 0x30: 'SH', 0x40: 'SH', 0x103: 'US', 0x104: 'US', 0x105: 'US',
    0x106: 'SH', 0x110: 'US', 0x112: 'US', 0x114: 'US', 0x1001: 'CS', 0x2000: 'US', 0x2002: 'US', 0x2004: 'US', 0x2006: 'UL',
    0x2008: 'UL', 0x200a: 'UL', 0x200c: 'OB_OW', 0x200e: 'LT', 0x2500: 'LO', 0x2600: 'SQ', 0x2610: 'US', 0x3000: 'OB_OW',
  },
  0x6000: {
    0x10: 'US', 0x11: 'US', 0x12: 'US', 0x15: 'IS', 0x22: 'LO', 0x40: 'CS', 0x45: 'LO', 0x50: 'SS', 0x51: 'US', 0x52: 'US',
    0x60: 'CS', 0x61: 'SH', 0x62: 'SH', 0x63: 'CS', 0x66: 'AT', 0x68: 'US', 0x69: 'US', 0x100: 'US', 0x102: 'US', 0x110: 'CS',
    0x200: 'US', 0x800: 'CS', 0x802: 'US', 0x803: 'AT', 0x804: 'US', 0x1001: 'CS', 0x1100: 'US', 0x1101: 'US', 0x1102: 'US',
    0x1103: 'US', 0x1200: 'US', 0x1201: 'US', 0x1202: 'US', 0x1203: 'US', 0x1301: 'IS', 0x1302: 'DS', 0x1303: 'DS',
    0x1500: 'LO', 0x3000: 'OB_OW', 0x4000: 'LT',
  },
}; // prettier-ignore

/**
 * VR of an element by PS3.6; private creators are LO, group lengths UL. Undefined: a private element, or one that this edition does
 * not know.
 */
export function dictionaryVr(tag: number): DictionaryVr | undefined {
  const [group, element] = [tag >>> 16, tag & 0xffff];
  if (element === 0) return 'UL';
  if (group % 2 === 1) return element >= 0x10 && element <= 0xff ? 'LO' : undefined;
  const repeated = group >>> 8 === 0x50 || group >>> 8 === 0x60 ? REPEATING[group & 0xff00]?.[element] : undefined;
  if (repeated) return repeated;
  if (group === 0x20 && element >>> 8 === 0x31) return 'CS';
  return BY_TAG.get(tag);
}

/** A VR for an element of implicit VR, where only the tag is known (PS3.5 §A.1, §A.2). */
export function vrForImplicit(tag: number, signedPixels: boolean): VR {
  const vr = dictionaryVr(tag) ?? 'UN';
  if (vr === 'US_SS') return signedPixels ? 'SS' : 'US';
  // Pixel, overlay, curve, waveform and table data are OW in implicit VR.
  return vr === 'OB_OW' || vr === 'US_OW' ? 'OW' : vr;
}
