import { AuditModule } from '@drimbox/audit';
import { BusModule } from '@drimbox/bus';
import { AccessJournal, BridgeClient, ProjectionBuilder, Refusals } from '@drimbox/images';
import { PersistenceModule } from '@drimbox/persistence';
import { type CommonConfig, CONFIG, InternalTls } from '@drimbox/service';
import { Module } from '@nestjs/common';
import { Admission } from './access/admission.js';
import type { Settings } from './config/settings.js';
import { MIGRATIONS } from './database/migrations.js';
import { HealthOnDb } from './health/health-on-db.js';
import { Names } from './listener/names.js';
import { RequestsService } from './listener/requests.service.js';
import { WadoListener } from './listener/wado-listener.js';
import { PeerDoor } from './peers/peer-door.js';
import { ProfessionalDoor } from './professionals/professional-door.js';
import { Manifests } from './projection/manifests.js';
import { ProjectionHandler } from './projection/projection.handler.js';
import { ProjectionRepository } from './projection/projection.repository.js';
import { Conversions } from './serve/conversions.js';
import { OpenStreams } from './serve/open-streams.js';
import { ServeService } from './serve/serve.service.js';
import { Signals } from './signals.js';
import { TrustCopies } from './white-list/trust-copies.js';
import { TrustRepository } from './white-list/trust-repository.js';
import { TrustHandler } from './white-list/trust.handler.js';

@Module({
  imports: [PersistenceModule.of({ migrations: MIGRATIONS }), BusModule.of(), AuditModule.of()],
  controllers: [ProjectionHandler, TrustHandler],
  providers: [
    Signals,
    ProjectionRepository,
    ProjectionBuilder.of(ProjectionRepository),
    Manifests,
    TrustRepository,
    TrustCopies,
    PeerDoor,
    ProfessionalDoor,
    Admission,
    AccessJournal.of({ service: 'wado-gateway', door: 'wado', processTable: 'gateway_process' }),
    Refusals,
    {
      provide: BridgeClient,
      inject: [InternalTls, CONFIG],
      useFactory: (tls: InternalTls, { peers, wadoFirstObjectSeconds }: Settings & CommonConfig) =>
        new BridgeClient(tls, { url: peers['pacs-bridge'], firstObjectSeconds: wadoFirstObjectSeconds }),
    },
    OpenStreams,
    Conversions,
    ServeService,
    HealthOnDb,
    Names,
    RequestsService,
    WadoListener,
  ],
})
export class WadoGatewayModule {}
