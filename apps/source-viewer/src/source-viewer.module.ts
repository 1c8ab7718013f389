import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { PersistenceModule } from '@drimbox/persistence';
import { AccessJournal, BridgeClient, ProjectionBuilder, Refusals } from '@drimbox/images';
import { type CommonConfig, CONFIG, InternalTls, Lifecycle } from '@drimbox/service';
import { Module } from '@nestjs/common';
import { Admission } from './access/admission.js';
import type { Settings } from './config/settings.js';
import { MIGRATIONS } from './database/migrations.js';
import { ConditionService } from './health/condition.service.js';
import { LinkConditionsHandler } from './health/link-conditions.handler.js';
import { LinkConditionsRepository } from './health/link-conditions.repository.js';
import { ExamIdentities } from './facts/exam-identities.js';
import { ProbesController } from './health/probes.controller.js';
import { CodecThreads } from './images/codec-threads.js';
import { Ahead } from './images/ahead.js';
import { ImageApi } from './images/image-api.js';
import { SeriesStream } from './images/series-stream.js';
import { SingleApi } from './images/single-api.js';
import { Singles } from './images/single.js';
import { DOOR } from './journal/door.js';
import { PortalJournal } from './journal/portal-journal.js';
import { ViListener } from './listener/vi-listener.js';
import { ViNames } from './listener/vi-names.js';
import { LoginService } from './login/login.service.js';
import { Providers } from './login/providers.js';
import { Departures } from './portal/departures.js';
import { PageAnswers } from './portal/page-answers.js';
import { Situations } from './portal/situations.js';
import { DepartureRepository } from './session/departure.repository.js';
import { CallbackDoor } from './listener/callback-door.js';
import { PortalService } from './portal/portal.service.js';
import { ProjectionHandler } from './projection/projection.handler.js';
import { ProjectionRepository } from './projection/projection.repository.js';
import { SessionKey } from './session/session-key.js';
import { SessionRepository } from './session/session.repository.js';
import { ViewRepository } from './session/view.repository.js';
import { ExportRepository } from './zip/export.repository.js';
import { ZipApi } from './zip/zip-api.js';
import { ZipExport } from './zip/zip-export.js';
import { StaticSite } from './site/static-site.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS, poolSize: 12 }), BusModule.of(), AuditModule.of()],
  controllers: [LinkConditionsHandler, ProjectionHandler, ProbesController],
  providers: [
    LinkConditionsRepository,
    ConditionService,
    ProjectionRepository,
    ProjectionBuilder.of(ProjectionRepository),
    ExamIdentities,
    SessionKey,
    SessionRepository,
    DepartureRepository,
    ViewRepository,
    PortalJournal,
    AccessJournal.of(DOOR),
    Refusals,
    Providers,
    LoginService,
    Admission,
    StaticSite,
    CodecThreads,
    {
      provide: BridgeClient,
      inject: [InternalTls, Lifecycle, CONFIG],
      useFactory: (tls: InternalTls, lifecycle: Lifecycle, { peers, firstObjectSeconds }: Settings & CommonConfig) => {
        const bridge = new BridgeClient(tls, { url: peers['pacs-bridge'], firstObjectSeconds });
        lifecycle.onDrain('store', 'pacs-bridge', () => bridge.close());
        return bridge;
      },
    },
    SeriesStream,
    Ahead,
    Singles,
    SingleApi,
    ExportRepository,
    ZipExport,
    ZipApi,
    ImageApi,
    PageAnswers,
    Situations,
    Departures,
    PortalService,
    CallbackDoor,
    ViNames,
    ViListener,
  ],
})
export class SourceViewerModule {}
