import { runService } from '@drimbox/service';
import { PacsBridgeModule } from './pacs-bridge.module.js';

await runService({ name: 'pacs-bridge', module: PacsBridgeModule });
