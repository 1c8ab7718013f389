import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { ArchiveRepository } from './archive/archive.repository.js';
import { MIGRATIONS } from './database/migrations.js';
import { DmpGateway } from './dmp/dmp.gateway.js';
import { ExamRepository } from './exam/exam.repository.js';
import { ExamService } from './exam/exam.service.js';
import { ExamWorker } from './exam/exam.worker.js';
import { FreezeService } from './exam/freeze.service.js';
import { SearchStep } from './exam/search.step.js';
import { SendStep } from './exam/send.step.js';
import { ExamsController } from './journal/exams.controller.js';
import { ExamsRepository } from './journal/exams.repository.js';
import { ReportHandler } from './reports/report.handler.js';
import { ReportRepository } from './reports/report.repository.js';
import { ReportService } from './reports/report.service.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS, poolSize: 24 }), BusModule.of(), AuditModule.of()],
  controllers: [ReportHandler, ExamsController],
  providers: [
    ReportRepository,
    ReportService,
    ExamRepository,
    ExamService,
    ExamWorker,
    SearchStep,
    FreezeService,
    SendStep,
    DmpGateway,
    ArchiveRepository,
    ExamsRepository,
  ],
})
export class KosPublisherModule {}
