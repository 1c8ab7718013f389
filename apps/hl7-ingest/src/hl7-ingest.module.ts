import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { MIGRATIONS } from './database/migrations.js';
import { JournalController } from './journal/journal.controller.js';
import { JournalRepository } from './journal/journal.repository.js';
import { ListenersService } from './listeners/listeners.service.js';
import { ClosingJournal } from './reception/closing-journal.js';
import { ReceptionMetrics } from './reception/reception.metrics.js';
import { ReceptionRepository } from './reception/reception.repository.js';
import { ReceptionService } from './reception/reception.service.js';
import { ReportsController } from './reports/reports.controller.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS }), BusModule.of(), AuditModule.of()],
  controllers: [JournalController, ReportsController],
  providers: [
    JournalRepository,
    ReceptionRepository,
    ReceptionMetrics,
    ReceptionService,
    ClosingJournal,
    ListenersService,
  ],
})
export class Hl7IngestModule {}
