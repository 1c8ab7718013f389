import type { Flag, MessageKind } from '../ris/message/report-message.js';
import { seededRandom, shuffled } from './random.js';

const FLAGS = ['MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REP_LEGAUX'] as const satisfies readonly Flag[];
type ShownFlag = (typeof FLAGS)[number];

/** How the DMP names what a message asks for (interop §6.2). */
const CODE: Readonly<Record<ShownFlag, string>> = {
  MASQUE_PS: 'MASQUE_PS',
  INVISIBLE_PATIENT: 'INVISIBLE_PATIENT',
  INVISIBLE_REP_LEGAUX: 'INVISIBLE_REPRESENTANTS_LEGAUX',
};

/** One message about a report: a version of it, or the withdrawal of its last one. */
export interface LifeMessage {
  /** Report of the life, from 1, and its version, from 1. */
  readonly report: number;
  readonly version: number;
  readonly withdraws: boolean;
  /** Studies of the life that it names, from 0. */
  readonly studies: readonly number[];
  readonly flags: readonly ShownFlag[];
  /** The patient was corrected in this version. */
  readonly corrected: boolean;
}

export interface RandomLife {
  readonly seed: number;
  readonly studies: number;
  /** Wire form of each report's messages. */
  readonly kinds: readonly MessageKind[];
  /** As sent: any order, some of them twice. */
  readonly messages: readonly LifeMessage[];
}

/**
 * One to three reports over one to three studies, each new, replaced (content, visibility, studies added or dropped; the
 * patient, where one report speaks) and perhaps withdrawn. The seed decides everything.
 */
export function randomLife(seed: number): RandomLife {
  const random = seededRandom(seed);
  const upTo = (most: number): number => 1 + Math.floor(random() * most);
  const studies = upTo(3);
  const reports = upTo(3);
  const messages: LifeMessage[] = [];
  for (let report = 1; report <= reports; report++) {
    const versions = upTo(4);
    let corrected = false;
    for (let version = 1; version <= versions; version++) {
      // Two patients on one study are another matter: nothing would move.
      if (reports === 1 && version > 1 && random() < 0.3) corrected = !corrected;
      const message: LifeMessage = {
        report,
        version,
        withdraws: false,
        studies: shuffled([...Array(studies).keys()], random).slice(0, upTo(studies)),
        flags: FLAGS.filter(() => random() < 0.25),
        corrected,
      };
      messages.push(message);
      if (version === versions && random() < 0.4) messages.push({ ...message, withdraws: true });
    }
  }
  const twice = messages.filter(() => random() < 0.25);
  return {
    seed,
    studies,
    kinds: Array.from({ length: reports }, () => (random() < 0.5 ? 'ORU' : 'MDM')),
    messages: shuffled([...messages, ...twice], random),
  };
}

/** What the DMP should show of a study in the end. */
export interface ShownInTheEnd {
  readonly corrected: boolean;
  /** Confidentiality codes after N, sorted. */
  readonly hidden: readonly string[];
}

/** The short model: each report speaks by its last version unless that is withdrawn; flags add up. */
export function shownInTheEnd({ messages }: RandomLife, study: number): ShownInTheEnd | undefined {
  const heads = new Map<number, LifeMessage>();
  for (const message of messages) {
    const head = heads.get(message.report);
    const later = !head || message.version > head.version || (message.version === head.version && message.withdraws);
    if (later) heads.set(message.report, message);
  }
  const live = [...heads.values()].filter(({ withdraws, studies }) => !withdraws && studies.includes(study));
  const [first] = live;
  if (!first) return undefined;
  const hidden = new Set(live.flatMap(({ flags }) => flags.map((flag) => CODE[flag])));
  return { corrected: first.corrected, hidden: [...hidden].toSorted() };
}
