import { Database } from '@drimbox/persistence';
import { errorFields, Lifecycle, Logger, SiteRegistryHolder } from '@drimbox/service';
import { ownFaults } from '@drimbox/trust';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Alerts } from '../alerts/alerts.js';
import { WhiteLists } from '../list/white-list.service.js';
import { PublicCertificates } from '../trust/public-certificates.js';
import { causeOf, OWN_CAUSES, ownNames } from './own-names.js';

/** Compares each list with ourselves, again whenever the registry or a certificate changes. */
@Injectable()
export class OwnEntries implements OnApplicationBootstrap {
  private comparing: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: PublicCertificates,
    private readonly lists: WhiteLists,
    private readonly alerts: Alerts,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const again = (): void => {
      this.comparing = this.comparing.then(() => this.compare());
    };
    this.lists.onTaken(again);
    this.registry.onChange(again);
    this.certificates.onChange(again);
    this.lifecycle.onDrain('work', 'comparison with ourselves', () => this.comparing);
    again();
  }

  private async compare(): Promise<void> {
    const list = this.lists.current;
    if (!list || this.lifecycle.stopping) return;
    const own = ownNames(this.registry.current, (name) => this.certificates.get(name));
    const causes = ownFaults(own, list.entries).map(causeOf);
    try {
      await this.database.transaction((tx) => this.alerts.set(tx, OWN_CAUSES, causes));
    } catch (error) {
      this.logger.error('own-entries.not-compared', errorFields(error));
    }
  }
}
