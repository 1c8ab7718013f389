/** What the RIS tell in a campaign, and the short model of what the DMP must show in the end. Pure: a seed plays it again. */

export const ACTS = ['new', 'replace', 'visibility', 'withdraw', 'refused'] as const;
/** `visibility`: a replacement that changes the flags only. `refused`: its segments disagree on the operation. */
export type Act = (typeof ACTS)[number];

export type Hiding = 'MASQUE_PS' | 'INVISIBLE_PATIENT';

/** One message: version of one report about one study. The same object twice in a scenario: the same bytes twice. */
export interface Told {
  readonly control: string;
  /** Studies and reports are numbered from 0, versions from 1; a withdrawal has the version it withdraws. */
  readonly study: number;
  readonly report: number;
  readonly version: number;
  readonly act: Act;
  readonly hiding: readonly Hiding[];
}

const MOST_REPORTS = 3;
const MOST_VERSIONS = 6;
const CHANCE = { withdraw: 0.25, visibility: 0.4, hide: 0.3, repeat: 0.08, retold: 0.05, refused: 0.04 } as const;
/** Between two messages of a study, so that most versions are published before the next one comes. */
const GAP = 20;
/** How far a message may be sent from its place: versions cross now and then. */
const SPREAD = 40;

/** `count` messages in the order of sending. */
export function scenario(count: number, random: () => number): Told[] {
  const told: { readonly one: Told; readonly place: number }[] = [];
  for (let study = 0; told.length < count; study++) {
    const first = told.length;
    for (const [index, one] of lifeOf(study, random).entries())
      told.push({ one, place: first + GAP * index + SPREAD * random() });
  }
  return told
    .slice(0, count)
    .toSorted((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

/** One to three reports about one study: new, replaced, hidden, shown, perhaps withdrawn, some told twice. */
function lifeOf(study: number, random: () => number): Told[] {
  const life: Told[] = [];
  const tell = (content: Omit<Told, 'control' | 'study'>): void => {
    const told = { ...content, study, control: `C${study}-${life.length}` };
    life.push(told);
    if (random() < CHANCE.repeat) life.push(told);
    // Another message with the same document and the same operation: it says nothing new.
    if (random() < CHANCE.retold) life.push({ ...told, control: `C${study}-${life.length}` });
  };
  const reports = 1 + Math.floor(MOST_REPORTS * random());
  for (let report = 0; report < reports; report++) {
    const versions = 1 + Math.floor(MOST_VERSIONS * random());
    for (let version = 1; version <= versions; version++) {
      const hiding = (['MASQUE_PS', 'INVISIBLE_PATIENT'] as const).filter(() => random() < CHANCE.hide);
      const act = version === 1 ? 'new' : random() < CHANCE.visibility ? 'visibility' : 'replace';
      tell({ report, version, act, hiding });
      if (random() < CHANCE.refused) tell({ report, version, act: 'refused', hiding });
    }
    if (random() < CHANCE.withdraw) tell({ report, version: versions, act: 'withdraw', hiding: [] });
  }
  return life;
}

/** What a message is worth once all are there. */
export type Role = 'speaks' | 'superseded' | 'withdraws';

const later = (a: Told, b: Told): boolean =>
  a.version > b.version || (a.version === b.version && a.act === 'withdraw' && b.act !== 'withdraw');

/** The short model: of each report the last version counts. Key: study and report. */
export function lastWords(told: readonly Told[]): ReadonlyMap<string, Told> {
  const last = new Map<string, Told>();
  for (const one of told) {
    if (one.act === 'refused') continue;
    const known = last.get(reportKey(one));
    if (!known || later(one, known)) last.set(reportKey(one), one);
  }
  return last;
}

export const reportKey = ({ study, report }: Told): string => `${study}/${report}`;

export function roleOf(told: Told, last: ReadonlyMap<string, Told>): Role {
  if (told.act === 'withdraw') return 'withdraws';
  const final = last.get(reportKey(told));
  return final !== undefined && final.act !== 'withdraw' && final.version === told.version ? 'speaks' : 'superseded';
}

/**
 * What the DMP must show of each study: the hiding codes of its one pointer (the union over the reports that still speak,
 * drimbox-rules §2.2), or nothing. Studies that no accepted message names are absent.
 */
export function shownInTheEnd(told: readonly Told[]): ReadonlyMap<number, readonly Hiding[] | undefined> {
  const shown = new Map<number, readonly Hiding[] | undefined>();
  for (const { study, act, hiding } of lastWords(told).values()) {
    const before = shown.get(study);
    shown.set(study, act === 'withdraw' ? before : [...new Set([...(before ?? []), ...hiding])].toSorted());
  }
  return shown;
}
