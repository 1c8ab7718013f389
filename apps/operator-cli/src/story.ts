import type { Cause, ExamStory, Visibility } from '@drimbox/contracts';
import { instant, type Language, type Words } from './words.js';

/** An exam's story, line by line: where it stands, what the reports say, what the DMP has, what remains, how it came so. */
export function tellExam(story: ExamStory, words: Words, language: Language): string[] {
  const { exam } = story;
  const cause = (one: Cause | null): string => (one ? ` — ${causeText(one, words, language)}` : '');
  const numbers = new Map(story.versions.map(({ id, number }) => [id, number]));
  const section = (title: string, lines: readonly string[]): string[] => [
    '',
    title,
    ...(lines.length > 0 ? lines : [words.none]).map((line) => `  ${line}`),
  ];
  return [
    words.exam(exam.study, exam.site, exam.pacsLink),
    `  ${exam.id}`,
    `  ${words.state} ${words.states[exam.state] ?? exam.state} (${exam.state})`,
    ...(exam.cause ? [`  ${words.cause} ${causeText(exam.cause, words, language)}`] : []),
    `  ${exam.nextAttemptAt ? words.nextAttempt(instant(exam.nextAttemptAt), exam.attempts) : words.noAttempt}`,
    ...section(
      words.reports,
      story.reports.map(
        (report) =>
          `${report.document}${report.version === null ? '' : ` v${report.version}`} (${report.reportId}), ` +
          `${words.operations[report.operation]}, ${words.received} ${instant(report.receivedAt)}, ` +
          `${report.live ? words.live : words.notLive}, ${visibilityText(report.visibility, words)}`,
      ),
    ),
    ...section(words.wanted, [wantedText(story.wanted, words)]),
    ...section(
      words.inDmp,
      story.versions.flatMap((version) => [
        `${words.version(version.number)} ${version.kos} (${version.id})`,
        `    ${words.versionStates[version.state]} ${instant(version.stateAt)}, ${visibilityText(version.visibility, words)}` +
          (version.replaces === null ? '' : `, ${words.replaces(numbers.get(version.replaces))}`),
        ...version.attempts.map(
          (attempt) =>
            `    ${instant(attempt.startedAt)} ${words.contacts[attempt.operation]} → ` +
            `${attempt.outcome === null ? words.noOutcome : (words.outcomes[attempt.outcome] ?? attempt.outcome)}${cause(attempt.cause)}`,
        ),
      ]),
    ),
    ...section(
      words.plan,
      story.plan.map(
        ({ kind, version, held }) =>
          words.planned[kind](version === null ? undefined : numbers.get(version)) + (held ? words.held : ''),
      ),
    ),
    ...section(
      words.waiting,
      exam.waiting.map(({ event, parkedAt }) => `${instant(parkedAt)} ${event}`),
    ),
    ...section(
      words.steps,
      exam.steps.map(
        (step) =>
          `${instant(step.at)} ${step.event} (${step.from === step.to ? step.to : `${step.from} → ${step.to}`})` +
          `${step.reportId === null ? '' : `, ${words.report} ${step.reportId}`}${cause(step.cause)}`,
      ),
    ),
  ];
}

const causeText = ({ code, detail, ...texts }: Cause, words: Words, language: Language): string =>
  `${code} ${texts[language]}${detail === null ? '' : words.detail(detail)}`;

function wantedText(wanted: ExamStory['wanted'], words: Words): string {
  if (wanted.kind !== 'pointer') return words.wantedKinds[wanted.kind];
  return `${words.pointerFrom} ${wanted.builtFrom}, ${visibilityText(wanted.visibility, words)}`;
}

function visibilityText(visibility: Visibility, words: Words): string {
  const hidden = (['masquePs', 'invisiblePatient', 'invisibleRepresentants'] as const).filter(
    (flag) => visibility[flag],
  );
  return hidden.length === 0 ? words.visible : hidden.map((flag) => words.flags[flag]).join(', ');
}
