import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { MIGRATIONS } from './database/migrations.js';
import { DmpGateway } from './dmp/dmp.gateway.js';
import { ExamsController } from './journal/exams.controller.js';
import { ExamsRepository } from './journal/exams.repository.js';
import { ExamWorker } from './pointer/exam.worker.js';
import { SiteWorld } from './pointer/site-world.js';
import { SqlPointerStore } from './pointer/sql-pointer-store.js';
import { StepTeller } from './pointer/step-teller.js';
import { VersionBuilder } from './pointer/version-builder.js';
import { ReportHandler } from './reports/report.handler.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS, poolSize: 24 }), BusModule.of(), AuditModule.of()],
  controllers: [ReportHandler, ExamsController],
  providers: [StepTeller, SqlPointerStore, VersionBuilder, DmpGateway, SiteWorld, ExamWorker, ExamsRepository],
})
export class KosPublisherModule {}
