import { AddressList, type Hl7Listener, type SiteRegistry } from '@drimbox/contracts';
import { type MllpPeer, MllpServer, type MllpTls } from '@drimbox/hl7';
import {
  type CertificatePair,
  CertificateStore,
  CONFIG,
  errorFields,
  Lifecycle,
  Logger,
  SiteRegistryHolder,
} from '@drimbox/service';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { ClosingJournal } from '../reception/closing-journal.js';
import { ReceptionService } from '../reception/reception.service.js';

interface OpenListener {
  readonly listener: Hl7Listener;
  readonly server: MllpServer;
}

const MEGABYTE = 1024 * 1024;

/** One MLLP server per listener of the registry, opened, changed and closed as the registry and the certificates change. */
@Injectable()
export class ListenersService implements OnModuleInit {
  private readonly open = new Map<string, OpenListener>();
  private changes: Promise<void> = Promise.resolve();

  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: CertificateStore,
    private readonly reception: ReceptionService,
    private readonly closings: ClosingJournal,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.follow(this.registry.current);
    this.registry.onChange((registry) => {
      this.changes = this.changes.then(() => this.follow(registry));
    });
    this.certificates.onChange(() => this.renewCertificates());
    this.lifecycle.onDrain('intake', 'hl7', async () => {
      await this.changes;
      await Promise.all([...this.open.values()].map(({ server }) => server.close()));
    });
  }

  private async follow(registry: SiteRegistry): Promise<void> {
    const wanted = registry.sites.flatMap((site) => site.hl7Listeners);
    for (const [id, { listener, server }] of this.open) {
      const next = wanted.find((candidate) => candidate.id === id);
      if (next && sameSocket(next, listener)) {
        server.setAllowList(AddressList.of(next.allow));
      } else {
        this.open.delete(id);
        await server.close();
      }
    }
    for (const listener of wanted.filter(({ id }) => !this.open.has(id))) await this.listen(listener);
  }

  /** A listener that cannot open is told and leaves the others alone; the next change of the registry tries again. */
  private async listen(listener: Hl7Listener): Promise<void> {
    const tls = listener.tls ? this.tlsOf(listener.tls) : undefined;
    if (listener.tls && !tls) {
      this.logger.error('listener.closed', { listener: listener.id, fault: 'its certificate is not in the store' });
      return;
    }
    const server = this.serverOf(listener, tls);
    try {
      const { port } = await server.listen(listener.port, listener.host);
      this.open.set(listener.id, { listener, server });
      this.lifecycle.addPort(listener.id, port);
      this.logger.info('listener.open', { listener: listener.id, port });
    } catch (error) {
      this.logger.error('listener.closed', { listener: listener.id, ...errorFields(error) });
    }
  }

  private serverOf(listener: Hl7Listener, tls: MllpTls | undefined): MllpServer {
    const door = (peer: MllpPeer) => ({ listener: listener.id, peer: peer.address });
    return new MllpServer({
      allow: AddressList.of(listener.allow),
      ...(tls && { tls }),
      limits: {
        maxFrameBytes: this.settings.hl7MaxMegabytes * MEGABYTE,
        maxConnections: this.settings.hl7MaxConnections,
        maxConnectionsPerAddress: this.settings.hl7MaxConnectionsPerAddress,
        idleMs: this.settings.hl7IdleSeconds * 1000,
        frameMs: this.settings.hl7FrameSeconds * 1000,
      },
      handler: (frame, peer) => this.reception.receive(frame, door(peer)),
      onFault: async (fault, peer) =>
        fault.kind === 'too-much-junk' ? undefined : await this.reception.receiveFault(fault, door(peer)),
      onClosing: (reason, peer, error) => {
        const fields = error === undefined ? {} : errorFields(error);
        this.logger.warn('listener.connection-closed', {
          listener: listener.id,
          host: peer.address,
          detail: reason,
          ...fields,
        });
        if (reason !== 'idle') void this.closings.tell(reason, door(peer));
      },
    });
  }

  private tlsOf({ certificate, requireClient }: NonNullable<Hl7Listener['tls']>): MllpTls | undefined {
    const pair: CertificatePair | undefined = this.certificates.get(certificate);
    const ca = this.certificates.anchors();
    return pair && { cert: pair.cert, key: pair.key, requireClient, ...(ca && { ca }) };
  }

  private renewCertificates(): void {
    for (const { listener, server } of this.open.values()) {
      const tls = listener.tls && this.tlsOf(listener.tls);
      if (tls) server.setSecureContext(tls);
    }
  }
}

const sameSocket = (a: Hl7Listener, b: Hl7Listener): boolean =>
  a.host === b.host && a.port === b.port && JSON.stringify(a.tls) === JSON.stringify(b.tls);
