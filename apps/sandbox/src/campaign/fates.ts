import { type Role, roleOf, lastWords, shownInTheEnd, type Told } from './scenario.js';

export const PLACES = ['published', 'superseded', 'withdrawn', 'waiting', 'dead-letter', 'lost'] as const;
/**
 * Where an acknowledged message is in the end. `superseded`: a later version of its report speaks instead, or its report
 * is withdrawn. `withdrawn`: a withdrawal that was carried out.
 */
export type Place = (typeof PLACES)[number];

export interface Fate {
  readonly place: Place;
  /** Why it waits, lies in the dead letters or is lost. */
  readonly cause: string;
}

/** What the journal of hl7-ingest holds of an acknowledged message. */
export interface KeptMessage {
  readonly outcome: string;
  /** Id of the report made of it, and of the event that tells of it. */
  readonly report: string;
  readonly event: string;
}

/** What the product's tables say once all has come to rest. */
export interface ProductTables {
  /** By the key of the client's ledger. */
  readonly kept: ReadonlyMap<string, KeptMessage>;
  /** Events that kos-publisher has handled. */
  readonly handled: ReadonlySet<string>;
  /** Open dead letters by event, with their cause. */
  readonly buried: ReadonlyMap<string, string>;
  /** Exams by study UID; `cause` is empty when there is none. */
  readonly exams: ReadonlyMap<string, { readonly state: string; readonly cause: string }>;
}

export interface AcknowledgedMessage {
  readonly key: string;
  readonly studyUid: string;
  readonly told: Told;
}

const PLACE_OF_ROLE: Readonly<Record<Role, Place>> = {
  speaks: 'published',
  superseded: 'superseded',
  withdraws: 'withdrawn',
};

/** One fate for each acknowledged message, in their order (promise P1). */
export function fatesOf(acknowledged: readonly AcknowledgedMessage[], tables: ProductTables): Fate[] {
  const told = acknowledged.map((message) => message.told);
  const last = lastWords(told);
  const shown = shownInTheEnd(told);
  return acknowledged.map(({ key, studyUid, told: one }): Fate => {
    const kept = tables.kept.get(key);
    if (kept?.outcome !== 'accepted') return { place: 'lost', cause: 'not accepted in the journal' };
    if (!tables.handled.has(kept.event)) {
      const cause = tables.buried.get(kept.event);
      return cause ? { place: 'dead-letter', cause } : { place: 'lost', cause: 'its event was never handled' };
    }
    const exam = tables.exams.get(studyUid);
    const wanted = shown.get(one.study) === undefined ? 'withdrawn' : 'published';
    if (exam?.state === wanted) return { place: PLACE_OF_ROLE[roleOf(one, last)], cause: '' };
    if (exam && exam.cause !== '') return { place: 'waiting', cause: `${exam.state} ${exam.cause}` };
    return { place: 'lost', cause: exam?.state ?? 'no exam' };
  });
}

/** What the DMP shows of one study. */
export interface ShownPointer {
  readonly uniqueId: string;
  readonly hiding: readonly string[];
}

/** Studies whose DMP state is not the short model's, with what differs (promises P1, P10). */
export function differences(
  told: readonly Told[],
  studyUids: readonly string[],
  pointers: ReadonlyMap<string, readonly ShownPointer[]>,
): string[] {
  return [...shownInTheEnd(told)].flatMap(([study, hiding]) => {
    const uid = studyUids[study] ?? '';
    const present = (pointers.get(uid) ?? []).map((pointer) => pointer.hiding.toSorted().join(' ') || 'visible');
    const wanted = hiding === undefined ? [] : [hiding.join(' ') || 'visible'];
    return present.join() === wanted.join() ? [] : [`${uid}: [${present.join()}] instead of [${wanted.join()}]`];
  });
}
