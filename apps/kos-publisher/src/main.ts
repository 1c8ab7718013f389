import { runService } from '@drimbox/service';
import { SettingsSchema } from './config/settings.js';
import { KosPublisherModule } from './kos-publisher.module.js';

await runService({
  name: 'kos-publisher',
  configSchema: SettingsSchema,
  module: KosPublisherModule,
  holdsStructureCertificates: true,
});
