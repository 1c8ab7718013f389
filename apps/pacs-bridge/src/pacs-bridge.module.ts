import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { MIGRATIONS } from './database/migrations.js';
import { EchoService } from './echo/echo.service.js';
import { FindStudyService } from './find-study/find-study.service.js';
import { QueryLedger } from './find-study/query-ledger.js';
import { LinkGates } from './links/link-gates.js';
import { LinksController } from './links/links.controller.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS }), BusModule.of(), AuditModule.of()],
  controllers: [LinksController],
  providers: [LinkGates, FindStudyService, EchoService, QueryLedger],
})
export class PacsBridgeModule {}
