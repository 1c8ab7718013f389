import { runService } from '@drimbox/service';
import { SettingsSchema } from './config/settings.js';
import { WhitelistSyncModule } from './whitelist-sync.module.js';

await runService({ name: 'whitelist-sync', configSchema: SettingsSchema, module: WhitelistSyncModule });
