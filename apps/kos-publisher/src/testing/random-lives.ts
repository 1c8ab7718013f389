import type { Report, Visibility } from '@drimbox/contracts';
import { aReport } from './fixtures.js';

/** Small seeded generator (mulberry32): a seed printed by a failing run plays the same life again. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = <T>(draw: () => number, items: readonly T[]): T => items[Math.floor(draw() * items.length)] as T;

export const shuffled = <T>(draw: () => number, items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: draw() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);

const PATIENTS = ['279035121518989', '179035121518985'];
const ORDERS = ['numbers', 'chain'] as const;

const uuid = (draw: () => number): string =>
  'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(draw() * 16).toString(16));

function visibility(draw: () => number, changed: boolean): Visibility {
  return {
    masquePs: draw() < 0.2,
    invisiblePatient: draw() < 0.3,
    invisibleRepresentants: draw() < 0.1,
    connexionSecrete: false,
    modifConfCode: changed,
  };
}

/**
 * A life as RIS tell it: one to three reports over one to three studies, each new, replaced (content, visibility, studies
 * added or dropped, sometimes another patient) and perhaps withdrawn; every message once or twice, in any order.
 */
export function randomLife(seed: number): Report[] {
  const draw = random(seed);
  const studies = ['1.2.250.1.9.1', '1.2.250.1.9.2', '1.2.250.1.9.3'].slice(0, 1 + Math.floor(draw() * 3));
  const reports = 1 + Math.floor(draw() * 3);
  // Two patients on one study are another matter: here a patient is corrected only where one report speaks.
  const corrects = reports === 1;
  const messages: Report[] = [];
  for (let number = 1; number <= reports; number++) {
    const order = pick(draw, ORDERS);
    const versions = 1 + Math.floor(draw() * 4);
    let patient = PATIENTS[0] as string;
    let previous: string | undefined;
    for (let version = 1; version <= versions; version++) {
      const document = `1.2.250.1.8.${number}.${version}`;
      if (corrects && version > 1 && draw() < 0.3) patient = pick(draw, PATIENTS);
      const named = shuffled(draw, studies).slice(0, 1 + Math.floor(draw() * studies.length));
      const base = aReport({
        id: uuid(draw),
        sequence: 0,
        operation: version === 1 ? 'new' : 'replace',
        document: {
          ...aReport().document,
          id: { root: document },
          ...(order === 'numbers' ? { setId: { root: `1.2.250.1.7.${number}` }, version } : { version: undefined }),
          ...(previous === undefined ? {} : { replaces: { root: previous } }),
        },
        patient: { ...aReport().patient, ins: { value: patient, oid: '1.2.250.1.213.1.4.10' } },
        studies: named.map((uid) => ({ ...(aReport().studies[0] as Report['studies'][number]), uid })),
        visibility: visibility(draw, version > 1),
      });
      messages.push(base);
      if (version === versions && draw() < 0.4) messages.push({ ...base, id: uuid(draw), operation: 'withdraw' });
      previous = document;
    }
  }
  const twice = messages.filter(() => draw() < 0.25).map((message) => ({ ...message, id: uuid(draw) }));
  return shuffled(draw, [...messages, ...twice]).map((message, index) => ({ ...message, sequence: index + 1 }));
}

/** What the DMP should show of a study in the end: its patient and its confidentiality, or nothing. */
export type Shown = { readonly ins: string; readonly codes: string } | undefined;

/**
 * The short model: of each report the last version counts (they were made in order, and never withdrawn but at the end),
 * the union of the flags of those that name the study is what is shown.
 */
export function shownInTheEnd(life: readonly Report[], study: string): Shown {
  const last = new Map<string, { version: number; report: Report }>();
  for (const report of life) {
    const [number = '', version = '0'] = report.document.id.root.split('.').slice(-2);
    const known = last.get(number);
    const gone = report.operation === 'withdraw';
    if (!known || Number(version) > known.version || (Number(version) === known.version && gone)) {
      last.set(number, { version: Number(version), report });
    }
  }
  const live = [...last.values()]
    .map(({ report }) => report)
    .filter(({ operation, studies }) => operation !== 'withdraw' && studies.some(({ uid }) => uid === study));
  const [first] = live;
  if (!first) return undefined;
  const any = (flag: 'masquePs' | 'invisiblePatient' | 'invisibleRepresentants'): boolean =>
    live.some((report) => report.visibility[flag]);
  return {
    ins: first.patient.ins.value,
    codes: codesOf({
      masquePs: any('masquePs'),
      invisiblePatient: any('invisiblePatient'),
      invisibleRepresentants: any('invisibleRepresentants'),
    }),
  };
}

export const codesOf = (flags: Pick<Visibility, 'masquePs' | 'invisiblePatient' | 'invisibleRepresentants'>): string =>
  [
    flags.masquePs && 'MASQUE_PS',
    flags.invisiblePatient && 'INVISIBLE_PATIENT',
    flags.invisibleRepresentants && 'INVISIBLE_REPRESENTANTS_LEGAUX',
  ]
    .filter(Boolean)
    .join(' ');
