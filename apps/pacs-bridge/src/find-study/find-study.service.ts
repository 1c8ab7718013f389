import { DrimError, type FindStudyAnswer, findPacsLink, type PacsLink, type Site } from '@drimbox/contracts';
import { Logger, SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { LinkGates } from '../links/link-gates.js';
import { askPacs, type Found } from './ask-pacs.js';
import { QueryLedger } from './query-ledger.js';

/** Asks the PACS of a link what it holds of a study, within the link's limits, and counts the query (DSR §3.2.3 C). */
@Injectable()
export class FindStudyService {
  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly gates: LinkGates,
    private readonly ledger: QueryLedger,
    private readonly logger: Logger,
  ) {}

  /** @throws DrimError DRIM-306 when no link has that id. */
  async find(linkId: string, study: string): Promise<FindStudyAnswer> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) throw new DrimError('DRIM-306', linkId);
    const from = performance.now();
    const found = await this.ask(known.link, study);
    const milliseconds = Math.round((performance.now() - from) * 10) / 10;
    await this.tell(known.site, known.link, study, found, milliseconds);
    return { ...found, milliseconds };
  }

  private async ask(link: PacsLink, study: string): Promise<Found> {
    const asked = await this.gates.of(link).run(() => askPacs(link, study));
    return asked?.value ?? { outcome: 'failed', code: 'DRIM-305', detail: `${link.maxQueue} requests wait` };
  }

  private async tell(site: Site, link: PacsLink, study: string, found: Found, milliseconds: number): Promise<void> {
    const fields = { pacsLink: link.id, study, outcome: found.outcome, milliseconds };
    if (found.outcome === 'failed')
      this.logger.warn('pacs.query-failed', { ...fields, code: found.code, detail: found.detail });
    else this.logger.info('pacs.queried', fields);
    await this.ledger.record(site, link, study, found, milliseconds);
  }
}
