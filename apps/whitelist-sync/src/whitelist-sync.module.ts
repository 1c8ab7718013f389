import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { AlertPost } from './alerts/alert-post.js';
import { Alerts } from './alerts/alerts.js';
import { CalendarController } from './calendar/calendar.controller.js';
import { ExpiryCalendar } from './calendar/calendar.service.js';
import { RevocationsController } from './crl/revocations.controller.js';
import { RevocationsRepository } from './crl/revocations.repository.js';
import { Revocations } from './crl/revocations.service.js';
import { MIGRATIONS } from './database/migrations.js';
import { TakeList } from './list/take-list.js';
import { WhiteListController } from './list/white-list.controller.js';
import { WhiteListRepository } from './list/white-list.repository.js';
import { WhiteLists } from './list/white-list.service.js';
import { OwnEntries } from './own/own-entries.service.js';
import { PublicCertificates } from './trust/public-certificates.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS }), BusModule.of(), AuditModule.of()],
  controllers: [WhiteListController, RevocationsController, CalendarController],
  providers: [
    PublicCertificates,
    AlertPost,
    Alerts,
    RevocationsRepository,
    Revocations,
    WhiteListRepository,
    TakeList,
    WhiteLists,
    OwnEntries,
    ExpiryCalendar,
  ],
})
export class WhitelistSyncModule {}
