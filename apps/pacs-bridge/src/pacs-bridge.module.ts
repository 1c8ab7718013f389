import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { Module } from '@nestjs/common';
import { MIGRATIONS } from './database/migrations.js';
import { EchoService } from './echo/echo.service.js';
import { FindStudyService } from './find-study/find-study.service.js';
import { QueryLedger } from './find-study/query-ledger.js';
import { KeyObjects } from './find-study/key-objects.js';
import { SopClasses } from './find-study/sop-classes.js';
import { LinkConditionRepository } from './links/link-condition.repository.js';
import { LinkDoor } from './links/link-door.js';
import { LinkOwner } from './links/link-owner.js';
import { LinkWatch, STORE_PORTS } from './links/link-watch.service.js';
import { LinksController } from './links/links.controller.js';
import { Peers } from './links/peer.js';
import { RETRIEVE_PROVIDERS } from './retrieve/retrieve.providers.js';
import { RetrieveController } from './retrieve/retrieve.controller.js';
import { SpeedTestRepository } from './speed-test/speed-test.repository.js';
import { SpeedTestsController } from './speed-test/speed-tests.controller.js';
import { SpeedTests } from './speed-test/speed-tests.service.js';
import { StoreDesk } from './retrieve/store-desk.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS }), BusModule.of(), AuditModule.of()],
  controllers: [LinksController, RetrieveController, SpeedTestsController],
  providers: [
    LinkOwner,
    LinkDoor,
    Peers,
    LinkConditionRepository,
    LinkWatch,
    { provide: STORE_PORTS, useExisting: StoreDesk },
    ...RETRIEVE_PROVIDERS,
    FindStudyService,
    SopClasses,
    KeyObjects,
    EchoService,
    QueryLedger,
    SpeedTestRepository,
    SpeedTests,
  ],
})
export class PacsBridgeModule {}
