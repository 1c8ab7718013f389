import { DeadLetterPage, ExamActAnswer, isUuid, PacsLinkId, ReplayAnswer, ReplayedLetter } from '@drimbox/contracts';
import { type ExitCode, explain, type Io, PROCESS_IO, type Session, withPublisher } from './command-line.js';
import { beginSpeedTest, speedTests } from './speed-tests.js';
import { instant } from './words.js';

type Command = (id: string, session: Session, io: Io) => Promise<ExitCode>;

const onExam =
  (act: 'retry' | 'release'): Command =>
  async (id, session, io) => {
    const done = await session.publisher.ask('POST', `/exams/${id}/${act}`, ExamActAnswer);
    if (!done.ok) return explain(done.failure, session, io);
    io.out(session.words.examAsked(act, done.value.examId));
    return 0;
  };

const COMMANDS: Readonly<Record<string, Command>> = {
  retry: onExam('retry'),
  release: onExam('release'),
  replay: async (id, session, io) => {
    const done = await session.publisher.ask('POST', `/versions/${id}/replay`, ReplayAnswer);
    if (!done.ok) return explain(done.failure, session, io);
    io.out(session.words.replayed[done.value.outcome]);
    return 0;
  },
  'replay-letter': async (id, session, io) => {
    const done = await session.publisher.ask('POST', `/dead-letters/${id}/replay`, ReplayedLetter);
    if (!done.ok) return explain(done.failure, session, io);
    io.out(session.words.letterHandled);
    return 0;
  },
};

/** `npm run operator -- retry|release|replay|replay-letter ID`, `… dead-letters`, `… speed-test|speed-tests LINK`. */
export function main(argv: readonly string[], io: Io = PROCESS_IO): Promise<ExitCode> {
  return withPublisher(
    argv,
    io,
    ({ operatorUsage }) => operatorUsage,
    async (session) => {
      const [name = '', id, ...more] = session.positionals;
      if (name === 'dead-letters' && id === undefined) return deadLetters(session, io);
      const onLink = name === 'speed-test' ? beginSpeedTest : name === 'speed-tests' ? speedTests : undefined;
      if (onLink && more.length === 0 && PacsLinkId.safeParse(id).success) return onLink(id ?? '', session, io);
      const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
      if (!command || id === undefined || more.length > 0 || !isUuid(id)) {
        io.err(session.words.badCommand);
        io.err(session.words.operatorUsage);
        return 2;
      }
      return command(id, session, io);
    },
  );
}

async function deadLetters(session: Session, io: Io): Promise<ExitCode> {
  const { words, language } = session;
  const listed = await session.publisher.ask('GET', '/dead-letters?limit=500', DeadLetterPage);
  if (!listed.ok) return explain(listed.failure, session, io);
  if (listed.value.letters.length === 0) io.out(words.noLetters);
  for (const letter of listed.value.letters) {
    io.out(`${letter.id}  ${instant(letter.lastAt)}  ${letter.event}`);
    io.out(`    ${letter.code} — ${letter[language]}${words.detail(letter.reason)}`);
  }
  return 0;
}
