import { connectNats } from '@drimbox/bus';
import {
  durableOf,
  type EventBody,
  EVENTS,
  EVENTS_STREAM,
  PROBES,
  type ProjectedExam,
  ProjectionPage,
} from '@drimbox/contracts';
import type { Mesh } from '../mesh/mesh.js';

type Projected = EventBody<'exam.projected'>;

const [NAME] = PROBES;
const DURABLE = durableOf(NAME, 'exam.projected');
const PULL_MS = 1_000;
const NANOSECONDS = 1_000_000;

/** A door as it will be: an nkey of its own, a durable of its own, and a table that an older version never changes. */
export class ProjectionProbe {
  readonly exams = new Map<string, ProjectedExam>();
  /** Events that came, and those of them that were older than what was known. */
  heard = 0;
  ignored = 0;
  private stopping = false;
  private readonly listening: Promise<void>;

  private constructor(
    private readonly mesh: Mesh,
    private readonly connection: Awaited<ReturnType<typeof connectNats>>,
  ) {
    this.listening = this.listen();
  }

  static async start(mesh: Mesh): Promise<ProjectionProbe> {
    const { broker, certificates } = mesh.stack;
    const tlsDir = certificates.internalDir(NAME);
    const options = { url: broker.server.url, name: NAME, seedFile: broker.seedFiles[NAME], tlsDir };
    return new ProjectionProbe(mesh, await connectNats(options));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.listening;
    await this.connection.close();
  }

  of(study: string): ProjectedExam | undefined {
    return [...this.exams.values()].find((exam) => exam.study === study);
  }

  /** Takes an event as told; an older version than what is known is ignored. */
  take({ at: _at, ...exam }: Projected): void {
    this.heard += 1;
    if (exam.version > (this.exams.get(exam.examId)?.version ?? 0)) this.exams.set(exam.examId, exam);
    else this.ignored += 1;
  }

  /** Forgets everything and reads the projection whole, page by page, as the operators' desk may. */
  async rebuild(limit: number): Promise<void> {
    this.exams.clear();
    let after: string | null = null;
    do {
      const cursor: string = after === null ? '' : `&after=${after}`;
      const page: ProjectionPage = await this.mesh.ask(
        'kos-publisher',
        `/projection?limit=${limit}${cursor}`,
        ProjectionPage,
      );
      for (const exam of page.exams) this.exams.set(exam.examId, exam);
      after = page.next;
    } while (after !== null);
  }

  /** One event at a time by the pull protocol of JetStream: what its permissions allow, and nothing else. */
  private async listen(): Promise<void> {
    const next = `$JS.API.CONSUMER.MSG.NEXT.${EVENTS_STREAM}.${DURABLE}`;
    const ask = JSON.stringify({ batch: 1, expires: PULL_MS * NANOSECONDS });
    while (!this.stopping) {
      // JetStream keeps the event's own subject, so the answer is known by its inbox (noMux), not by its subject.
      const message = await this.connection.request(next, ask, { timeout: 2 * PULL_MS, noMux: true });
      // Without a reply address it is a status: nothing came within the time.
      if (!message.reply) continue;
      this.take(EVENTS['exam.projected'].parse(message.json()));
      message.respond('+ACK');
    }
  }
}
