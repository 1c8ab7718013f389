import { runService } from '@drimbox/service';
import { SettingsSchema } from './config/settings.js';
import { PacsBridgeModule } from './pacs-bridge.module.js';

await runService({ name: 'pacs-bridge', configSchema: SettingsSchema, module: PacsBridgeModule });
