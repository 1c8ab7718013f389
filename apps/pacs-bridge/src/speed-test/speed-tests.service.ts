import { DrimError, findPacsLink, type PacsLink, type Site, type SpeedTestReport } from '@drimbox/contracts';
import { errorFields, Lifecycle, Logger, SiteRegistryHolder } from '@drimbox/service';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Puller } from '../retrieve/pull.js';
import { CountingReceiver } from './counting-receiver.js';
import { judge } from './figures.js';
import { type BegunTest, SpeedTestRepository } from './speed-test.repository.js';

interface Running extends BegunTest {
  readonly receiver: CountingReceiver;
  expected: number | undefined;
}

/**
 * Measures what a PACS link gives: the reference study is retrieved whole, past the spool, counted and dropped
 * (DB.SO.102). It waits behind everybody else at the gate of the link; the clock runs from the request itself.
 */
@Injectable()
export class SpeedTests implements OnModuleInit {
  private readonly running = new Map<string, Running>();
  private readonly works = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly puller: Puller,
    private readonly repository: SpeedTestRepository,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.repository.closeInterrupted();
    this.lifecycle.onDrain('intake', 'speed tests', async () => {
      this.stopping.abort();
      await Promise.allSettled(this.works);
    });
  }

  /**
   * Begins a test of a link; one that runs already is told instead of a second one.
   * @throws DrimError DRIM-306 no such link, DRIM-317 no reference study.
   */
  async begin(linkId: string, account: string): Promise<SpeedTestReport> {
    const { site, link } = this.linkOf(linkId);
    const known = this.running.get(link.id);
    if (known) return reportOf(known);
    const { speedTest } = link;
    if (!speedTest) throw new DrimError('DRIM-317', linkId);
    const test: Running = {
      id: randomUUID(),
      link,
      study: speedTest.study,
      at: new Date(),
      receiver: new CountingReceiver(),
      expected: undefined,
    };
    // Taken before it is written: two requests at once make one test.
    this.running.set(link.id, test);
    try {
      await this.repository.begin(test, account);
    } catch (error) {
      this.running.delete(link.id);
      throw error;
    }
    const work = this.run(site, link, test, speedTest).finally(() => this.works.delete(work));
    this.works.add(work);
    return reportOf(test);
  }

  /** The one that runs, then those that ended, newest first. @throws DrimError DRIM-306 no such link. */
  async of(linkId: string): Promise<SpeedTestReport[]> {
    const { link } = this.linkOf(linkId);
    const running = this.running.get(link.id);
    const ended = await this.repository.ended(link.id);
    return running ? [reportOf(running), ...ended.filter(({ testId }) => testId !== running.id)] : ended;
  }

  private async run(
    site: Site,
    link: PacsLink,
    test: Running,
    wanted: NonNullable<PacsLink['speedTest']>,
  ): Promise<void> {
    const { receiver } = test;
    let askedAt = performance.now();
    try {
      const pulled = await this.puller.pull(link, { study: wanted.study }, receiver, {
        purpose: 'speed-test',
        flow: 'speed-test',
        signal: this.stopping.signal,
        onAsked: () => (askedAt = performance.now()),
        onExpected: (instances) => (test.expected = Math.max(test.expected ?? 0, instances)),
      });
      const judged = judge(
        {
          testId: test.id,
          pulled,
          instances: receiver.instances.size,
          bytes: receiver.bytes,
          transferSyntaxes: [...receiver.transferSyntaxes],
          askedAt,
          firstByteAt: receiver.firstByteAt,
          lastObjectAt: receiver.lastObjectAt,
          endedAt: performance.now(),
          expected: test.expected,
        },
        wanted,
      );
      await this.repository.end(site, test, judged);
      const { outcome, code, bytes, milliseconds } = judged.figures;
      const fields = { pacsLink: link.id, study: wanted.study, outcome, code, bytes, milliseconds };
      if (code === undefined) this.logger.info('link.speed-tested', fields);
      else this.logger.warn('link.speed-tested', { ...fields, detail: judged.warnings.join('; ') });
    } catch (error) {
      // Its row stays without an end: the next start says that it was interrupted.
      this.logger.error('link.speed-test-failed', { pacsLink: link.id, ...errorFields(error) });
    } finally {
      this.running.delete(link.id);
    }
  }

  private linkOf(id: string): { readonly site: Site; readonly link: PacsLink } {
    const known = findPacsLink(this.registry.current, id);
    if (!known) throw new DrimError('DRIM-306', id);
    return known;
  }
}

const reportOf = ({ id, at, study, receiver, expected }: Running): SpeedTestReport => ({
  state: 'running',
  testId: id,
  at: at.toISOString(),
  study,
  instances: receiver.instances.size,
  bytes: receiver.bytes,
  ...(expected !== undefined && { expectedInstances: expected }),
});
