import { runService } from '@drimbox/service';
import { SettingsSchema } from './config/settings.js';
import { SourceViewerModule } from './source-viewer.module.js';

await runService({ name: 'source-viewer', configSchema: SettingsSchema, module: SourceViewerModule });
