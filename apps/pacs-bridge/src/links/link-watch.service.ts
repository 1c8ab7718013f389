import {
  type ErrorCode,
  findPacsLink,
  type LinkCondition,
  type LinkReport,
  type PacsLink,
  type SiteRegistry,
} from '@drimbox/contracts';
import { echo } from '@drimbox/dicom';
import { errorFields, Lifecycle, Logger, Metrics, SiteRegistryHolder } from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { type Condition, LinkConditionRepository } from './link-condition.repository.js';
import { LinkDoor } from './link-door.js';
import { LinkOwner } from './link-owner.js';
import { inMaintenance } from './maintenance.js';
import { failureOf, Peers } from './peer.js';

/** Where the PACS of a link sends its objects; undefined when it retrieves by C-GET. */
export interface StorePorts {
  portOf(linkId: string): number | undefined;
}
export const STORE_PORTS = Symbol('drimbox:store-ports');

/** Each pause is a little longer or shorter, so that links do not beat together. */
const JITTER = 0.1;
/** The first echoes of a start are spread over so many milliseconds. */
const FIRST_ECHO = 500;

type LastEcho = NonNullable<LinkReport['lastEcho']>;

/** Asks each PACS at its own pace whether it is there, and tells the others when that changes. */
@Injectable()
export class LinkWatch implements OnModuleInit {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly conditions = new Map<string, LinkCondition>();
  private readonly echoes = new Map<string, LastEcho>();
  private telling: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly owner: LinkOwner,
    private readonly door: LinkDoor,
    private readonly peers: Peers,
    private readonly repository: LinkConditionRepository,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    metrics: Metrics,
    @Optional() @Inject(STORE_PORTS) private readonly storePorts?: StorePorts,
  ) {
    metrics.gauge('drimbox_pacs_up', '1 when the PACS of a link answers, 0 when not', ['link'], () =>
      [...this.conditions.values()]
        .filter(({ state }) => state === 'up' || state === 'down')
        .map(({ pacsLink, state }) => [{ link: pacsLink }, state === 'up' ? 1 : 0] as const),
    );
  }

  onModuleInit(): void {
    this.door.onSign((linkId, sign) => {
      const known = findPacsLink(this.registry.current, linkId);
      if (!known) return;
      const { state } = this.conditionOf(linkId);
      if (sign.well) this.become(linkId, { state: 'up' });
      // One failure of a PACS that was well is no news yet; one of a PACS never seen is.
      else if (sign.down || state !== 'up') this.become(linkId, { state: 'down', code: codeOf(sign.kind) });
    });
    this.follow(this.registry.current, FIRST_ECHO);
    this.registry.onChange((registry) => this.follow(registry, FIRST_ECHO));
    this.lifecycle.onDrain('intake', 'echoes of the PACS', async () => {
      this.stopped = true;
      for (const timer of this.timers.values()) clearTimeout(timer);
      await this.telling;
    });
  }

  reports(): LinkReport[] {
    return this.registry.current.sites.flatMap((site) =>
      site.pacsLinks.map((link) => {
        const lastEcho = this.echoes.get(link.id);
        const storePort = this.storePorts?.portOf(link.id);
        return {
          ...this.conditionOf(link.id),
          site: site.id,
          ...this.door.loadOf(link.id),
          ...(lastEcho && { lastEcho }),
          ...(storePort !== undefined && { storePort }),
        };
      }),
    );
  }

  private conditionOf(linkId: string): LinkCondition {
    return this.conditions.get(linkId) ?? { pacsLink: linkId, state: 'unknown', since: new Date().toISOString() };
  }

  private follow(registry: SiteRegistry, within: number): void {
    const links = registry.sites.flatMap((site) => site.pacsLinks).filter(({ id }) => this.owner.owns(id));
    for (const [id, timer] of this.timers) {
      if (links.some((link) => link.id === id)) continue;
      clearTimeout(timer);
      this.timers.delete(id);
      this.conditions.delete(id);
    }
    for (const { id } of links) if (!this.timers.has(id)) this.schedule(id, Math.random() * within);
  }

  private schedule(linkId: string, milliseconds: number): void {
    if (!this.stopped) this.timers.set(linkId, setTimeout(() => void this.beat(linkId), milliseconds).unref());
  }

  /** One look, then the next at the pace that the registry says by then. */
  private async beat(linkId: string): Promise<void> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) return;
    try {
      await this.look(known.link);
    } catch (error) {
      this.logger.error('link.watch-failed', { pacsLink: linkId, ...errorFields(error) });
    }
    this.schedule(linkId, known.link.echoSeconds * 1000 * (1 + JITTER * (2 * Math.random() - 1)));
  }

  private async look(link: PacsLink): Promise<void> {
    if (inMaintenance(link.maintenance, new Date())) return this.become(link.id, { state: 'maintenance' });
    const from = performance.now();
    const used = await this.door.use(
      link,
      { purpose: 'echo', flow: 'watch' },
      () => echo(this.peers.of(link)),
      (answer) => (answer.ok ? undefined : answer.failure.kind),
    );
    if (!used.ok || !used.value.ok) return;
    const milliseconds = Math.round((performance.now() - from) * 10) / 10;
    this.echoes.set(link.id, { at: new Date().toISOString(), milliseconds });
  }

  private become(linkId: string, next: Condition): void {
    const before = this.conditionOf(linkId);
    if (before.state === next.state && before.code === next.code) return;
    this.conditions.set(linkId, { pacsLink: linkId, since: new Date().toISOString(), ...next });
    const fields = { pacsLink: linkId, state: next.state, code: next.code };
    if (next.state === 'down') this.logger.warn('link.changed', fields);
    else this.logger.info('link.changed', fields);
    this.telling = this.telling.then(() => this.tell(linkId, next));
  }

  /** What could not be written is told again at the next change or the next look. */
  private async tell(linkId: string, condition: Condition): Promise<void> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) return;
    try {
      await this.repository.change(known.site, linkId, condition);
    } catch (error) {
      this.conditions.delete(linkId);
      this.logger.error('link.not-told', { pacsLink: linkId, ...errorFields(error) });
    }
  }
}

const codeOf = (kind: Parameters<typeof failureOf>[0]['kind']): ErrorCode => failureOf({ kind, detail: '' }).code;
