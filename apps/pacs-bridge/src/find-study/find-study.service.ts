import {
  DrimError,
  type ErrorCode,
  type FindStudyAnswer,
  findPacsLink,
  type FoundStudy,
  type PacsLink,
  type Site,
} from '@drimbox/contracts';
import { Logger, SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { type LinkAsker, LinkDoor } from '../links/link-door.js';
import { Peers } from '../links/peer.js';
import { type Asked, askSeries, askStudy, type Failed } from './ask-pacs.js';
import { KeyObjects } from './key-objects.js';
import { QueryLedger } from './query-ledger.js';
import { SopClasses } from './sop-classes.js';

export type Found =
  | { readonly outcome: 'found'; readonly study: FoundStudy }
  | { readonly outcome: 'absent' }
  | { readonly outcome: 'failed'; readonly code: ErrorCode; readonly detail?: string };

/** Asks the PACS of a link what it holds of a study, within the link's limits, and counts the query (DSR §3.2.3 C). */
@Injectable()
export class FindStudyService {
  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly door: LinkDoor,
    private readonly peers: Peers,
    private readonly sopClasses: SopClasses,
    private readonly keyObjects: KeyObjects,
    private readonly ledger: QueryLedger,
    private readonly logger: Logger,
  ) {}

  /** @throws DrimError DRIM-306 when no link has that id. */
  async find(linkId: string, study: string): Promise<FindStudyAnswer> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) throw new DrimError('DRIM-306', linkId);
    const from = performance.now();
    const found = await this.ask(known.site, known.link, study);
    const milliseconds = Math.round((performance.now() - from) * 10) / 10;
    await this.tell(known.site, known.link, study, found, milliseconds);
    return { ...found, milliseconds };
  }

  /** UIDs of the series of a study. @throws DrimError DRIM-307 when there are none, or what the PACS or its link says. */
  async seriesOf(link: PacsLink, study: string, asker: LinkAsker): Promise<readonly string[]> {
    const used = await this.door.use(
      link,
      asker,
      () => askSeries(this.peers.of(link), link, study, asker.signal),
      (answer) => ('outcome' in answer ? answer.kind : undefined),
    );
    if (!used.ok) throw new DrimError(used.failure.code, used.failure.detail);
    if ('outcome' in used.value) throw new DrimError(used.value.code, used.value.detail);
    if (used.value.length === 0) throw new DrimError('DRIM-307');
    return used.value.map(({ uid }) => uid);
  }

  private async ask(site: Site, link: PacsLink, study: string): Promise<Found> {
    const used = await this.door.use<Asked>(
      link,
      { purpose: 'query', flow: 'kos' },
      () => askStudy(this.peers.of(link), link, study),
      (answer) => (answer.outcome === 'failed' ? answer.kind : undefined),
    );
    if (!used.ok) return { outcome: 'failed', ...used.failure };
    const asked = used.value;
    if (asked.outcome === 'failed') return said(asked);
    if (asked.outcome === 'absent') return asked;
    // Both may retrieve: only now, when the place at the link's gate has been given back.
    const series = await this.sopClasses.complete(site, link, study, asked.study.series);
    if (!series) return { outcome: 'failed', code: 'DRIM-304', detail: 'answer without SOP Class UID' };
    const keyObjects = await this.keyObjects.of(site, link, study, series);
    return { outcome: 'found', study: { ...asked.study, series, keyObjects } };
  }

  private async tell(site: Site, link: PacsLink, study: string, found: Found, milliseconds: number): Promise<void> {
    const fields = { pacsLink: link.id, study, outcome: found.outcome, milliseconds };
    if (found.outcome === 'failed')
      this.logger.warn('pacs.query-failed', { ...fields, code: found.code, detail: found.detail });
    else this.logger.info('pacs.queried', fields);
    await this.ledger.record(site, link, study, found, milliseconds);
  }
}

const said = ({ outcome, code, detail }: Failed): Found => ({ outcome, code, detail });
