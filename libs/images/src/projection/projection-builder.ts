import { ProjectionPage } from '@drimbox/contracts';
import { Database } from '@drimbox/persistence';
import { errorFields, Health, InternalClient, Lifecycle, Logger } from '@drimbox/service';
import type { InjectionToken, OnModuleInit, Provider } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExamTable } from './exam-table.js';

/** What the builder needs of the table of a door. */
export type BuiltTable = Pick<ExamTable<unknown, object>, 'take' | 'advance' | 'progress' | 'isComplete'>;

const PAGE = 500;
const RETRY_MILLISECONDS = 2_000;

/**
 * Reads the projection whole, once in the life of the table, page by page and where it stopped; events keep it true
 * from then on. Until it is whole nothing is served: an absent row would not mean an unknown exam.
 */
export class ProjectionBuilder implements OnModuleInit {
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly exams: BuiltTable,
    private readonly client: InternalClient,
    private readonly lifecycle: Lifecycle,
    private readonly health: Health,
    private readonly logger: Logger,
  ) {}

  /** To be put among the providers of a module. @param table its ExamTable. */
  static of(table: InjectionToken<BuiltTable>): Provider {
    return {
      provide: ProjectionBuilder,
      inject: [Database, table, InternalClient, Lifecycle, Health, Logger],
      useFactory: (...parts: ConstructorParameters<typeof ProjectionBuilder>) => new ProjectionBuilder(...parts),
    };
  }

  onModuleInit(): void {
    const done = this.run();
    this.lifecycle.onDrain('work', 'projection', async () => {
      this.stopping.abort();
      await done;
    });
    this.health.register({
      name: 'projection',
      kind: 'note',
      check: async () => ((await this.exams.isComplete()) ? { ok: true } : { ok: false, reason: 'not complete yet' }),
    });
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.nextPage()) return;
        continue;
      } catch (error) {
        this.logger.warn('projection.delayed', errorFields(error));
      }
      await sleep(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns true when there is nothing left to read. */
  private async nextPage(): Promise<boolean> {
    const { complete, next } = await this.exams.progress();
    if (complete) return true;
    const read = await this.client.call({
      to: 'kos-publisher',
      path: `/projection?limit=${PAGE}${next === null ? '' : `&after=${next}`}`,
      answer: ProjectionPage,
    });
    if (!read.ok) {
      this.logger.warn('projection.delayed', { code: read.failure.code, detail: read.failure.detail });
      await sleep(RETRY_MILLISECONDS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      return false;
    }
    const page = read.value;
    await this.database.transaction(async (tx) => {
      for (const exam of page.exams) await this.exams.take(tx, exam);
      await this.exams.advance(tx, page.next);
    });
    if (page.next !== null) return false;
    await this.exams.progress();
    this.logger.info('projection.complete');
    return true;
  }
}
