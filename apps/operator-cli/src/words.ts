import type { ExamStory, SpeedTestReport } from '@drimbox/contracts';
import { ENGLISH } from './words.en.js';
import { FRENCH } from './words.fr.js';

export type Language = 'fr' | 'en';

type Numbered = (version: number | undefined) => string;

/** All the tool says, in one language. */
export interface Words {
  readonly operatorUsage: string;
  readonly whyUsage: string;
  readonly badAccount: string;
  readonly noServices: string;
  readonly badUrl: string;
  readonly noIdentity: (fault: string) => string;
  readonly badCommand: string;
  readonly oneId: string;
  readonly detail: (detail: string) => string;
  readonly examAsked: (act: 'retry' | 'release', exam: string) => string;
  readonly replayed: Readonly<Record<'present' | 'resent', string>>;
  readonly letterHandled: string;
  readonly noLetters: string;
  readonly moreExams: string;
  readonly speedTestBegun: (link: string, study: string) => string;
  readonly noSpeedTest: string;
  readonly speedTest: (report: SpeedTestReport) => string;

  readonly exam: (study: string, site: string, pacsLink: string) => string;
  readonly state: string;
  readonly cause: string;
  readonly nextAttempt: (at: string, attempts: number) => string;
  readonly noAttempt: string;
  readonly none: string;
  readonly reports: string;
  readonly report: string;
  readonly received: string;
  readonly live: string;
  readonly notLive: string;
  readonly wanted: string;
  readonly wantedKinds: Readonly<Record<'nothing' | 'conflict', string>>;
  readonly pointerFrom: string;
  readonly inDmp: string;
  readonly version: (number: number) => string;
  readonly replaces: Numbered;
  readonly noOutcome: string;
  readonly plan: string;
  readonly held: string;
  readonly waiting: string;
  readonly steps: string;
  readonly visible: string;
  readonly flags: Readonly<Record<'masquePs' | 'invisiblePatient' | 'invisibleRepresentants', string>>;
  readonly states: Readonly<Record<string, string>>;
  readonly operations: Readonly<Record<ExamStory['reports'][number]['operation'], string>>;
  readonly versionStates: Readonly<Record<ExamStory['versions'][number]['state'], string>>;
  readonly contacts: Readonly<Record<'send' | 'look' | 'delete', string>>;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly planned: Readonly<Record<ExamStory['plan'][number]['kind'], Numbered>>;
}

export const WORDS: Readonly<Record<Language, Words>> = { fr: FRENCH, en: ENGLISH };

/** `2026-01-02 10:15:00.123Z`: UTC, as the services log it. */
export const instant = (iso: string): string => iso.replace('T', ' ');
