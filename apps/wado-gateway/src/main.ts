import { runService } from '@drimbox/service';
import { SettingsSchema } from './config/settings.js';
import { WadoGatewayModule } from './wado-gateway.module.js';

await runService({ name: 'wado-gateway', configSchema: SettingsSchema, module: WadoGatewayModule });
