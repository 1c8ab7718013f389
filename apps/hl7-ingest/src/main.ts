import './v8-flags.js';
import { runService } from '@drimbox/service';
import { SettingsSchema } from './config/settings.js';
import { Hl7IngestModule } from './hl7-ingest.module.js';

await runService({ name: 'hl7-ingest', configSchema: SettingsSchema, module: Hl7IngestModule });
