import { CONFIG, Lifecycle, Metrics } from '@drimbox/service';
import { Spool } from '@drimbox/spool';
import type { Provider } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { Puller } from './pull.js';
import { RetrievalLedger } from './retrieval-ledger.js';
import { Retrievals } from './retrievals.service.js';
import { StoreDesk } from './store-desk.js';

const MEGABYTE = 1024 * 1024;

const spool: Provider = {
  provide: Spool,
  inject: [CONFIG, Lifecycle, Metrics],
  useFactory: async (settings: Settings, lifecycle: Lifecycle, metrics: Metrics): Promise<Spool> => {
    const opened = await Spool.open({
      directory: settings.spoolDir,
      maxBytes: settings.spoolMegabytes * MEGABYTE,
      floorBytesPerSecond: settings.readerFloorKilobytes * 1024,
      floorGraceSeconds: settings.readerGraceSeconds,
      keepSeconds: settings.spoolKeepSeconds,
    });
    metrics.gauge('drimbox_spool_bytes', 'Disk taken by images on their way', ['site'], function* () {
      for (const [site, bytes] of opened.usage().byOwner) yield [{ site }, bytes];
    });
    metrics.gauge('drimbox_spool_readers', 'Readers of the spool', [], function* () {
      yield [{}, opened.usage().readers];
    });
    metrics.gauge('drimbox_spool_readers_cut', 'Readers cut since the start for being too slow', [], function* () {
      yield [{}, opened.usage().cut];
    });
    lifecycle.onDrain('store', 'spool', () => opened.close());
    return opened;
  },
};

/** What the retrieval of images is made of. */
export const RETRIEVE_PROVIDERS: Provider[] = [spool, StoreDesk, Puller, RetrievalLedger, Retrievals];
