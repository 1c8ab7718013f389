import { WhyAnswer, WhyId } from '@drimbox/contracts';
import { type ExitCode, explain, type Io, PROCESS_IO, withPublisher } from './command-line.js';
import { tellExam } from './story.js';

/** `npm run why -- ID`: the story of each exam that the id concerns. */
export function main(argv: readonly string[], io: Io = PROCESS_IO): Promise<ExitCode> {
  return withPublisher(
    argv,
    io,
    ({ whyUsage }) => whyUsage,
    async (session) => {
      const { words, language, positionals, publisher } = session;
      const [id, ...more] = positionals;
      if (more.length > 0 || !WhyId.safeParse(id).success) {
        io.err(words.oneId);
        io.err(words.whyUsage);
        return 2;
      }
      const told = await publisher.ask('GET', `/why/${encodeURIComponent(id ?? '')}`, WhyAnswer);
      if (!told.ok) return explain(told.failure, session, io);
      told.value.exams.forEach((story, index) => {
        if (index > 0) io.out('');
        for (const line of tellExam(story, words, language)) io.out(line);
      });
      if (told.value.more) io.out(words.moreExams);
      return 0;
    },
  );
}
