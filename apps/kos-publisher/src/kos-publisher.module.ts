import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { ArchiveController } from './archive/archive.controller.js';
import { MIGRATIONS } from './database/migrations.js';
import { DmpGateway } from './dmp/dmp.gateway.js';
import { ExamsController } from './journal/exams.controller.js';
import { ExamsRepository } from './journal/exams.repository.js';
import { DeadLettersController } from './operator/dead-letters.controller.js';
import { OperatorController } from './operator/operator.controller.js';
import { SqlOperatorStore } from './operator/sql-operator-store.js';
import { Claims } from './pointer/claims.js';
import { ExamWorker } from './pointer/exam.worker.js';
import { KeyImageRebuild } from './pointer/key-image-rebuild.js';
import { SiteWorld } from './pointer/site-world.js';
import { SqlPointerStore } from './pointer/sql-pointer-store.js';
import { StepTeller } from './pointer/step-teller.js';
import { VersionBuilder } from './pointer/version-builder.js';
import { IdentityController } from './projection/identity.controller.js';
import { ManifestController } from './projection/manifest.controller.js';
import { ProjectionController } from './projection/projection.controller.js';
import { ProjectionRepository } from './projection/projection.repository.js';
import { ReportHandler } from './reports/report.handler.js';
import { WhyController } from './why/why.controller.js';
import { WhyRepository } from './why/why.repository.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS, poolSize: 24 }), BusModule.of(), AuditModule.of()],
  controllers: [
    ReportHandler,
    ExamsController,
    ProjectionController,
    ManifestController,
    IdentityController,
    OperatorController,
    DeadLettersController,
    ArchiveController,
    WhyController,
  ],
  providers: [
    StepTeller,
    SqlPointerStore,
    VersionBuilder,
    DmpGateway,
    SiteWorld,
    Claims,
    ExamWorker,
    KeyImageRebuild,
    ExamsRepository,
    ProjectionRepository,
    SqlOperatorStore,
    WhyRepository,
  ],
})
export class KosPublisherModule {}
