import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { MIGRATIONS } from './database/migrations.js';
import { ConditionService } from './health/condition.service.js';
import { LinkConditionsHandler } from './health/link-conditions.handler.js';
import { LinkConditionsRepository } from './health/link-conditions.repository.js';
import { ProbesController } from './health/probes.controller.js';
import { ViListener } from './listener/vi-listener.js';
import { ViNames } from './listener/vi-names.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS, poolSize: 4 }), BusModule.of(), AuditModule.of()],
  controllers: [LinkConditionsHandler, ProbesController],
  providers: [LinkConditionsRepository, ConditionService, ViNames, ViListener],
})
export class SourceViewerModule {}
