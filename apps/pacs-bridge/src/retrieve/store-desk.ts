import { AddressList, type PacsLink, type SiteRegistry, type StoreListener } from '@drimbox/contracts';
import {
  type Admission,
  type DicomListener,
  listenDicom,
  type StoreHandler,
  type StoreRequest,
  STORAGE_SOP_CLASSES,
  TRANSFER_SYNTAXES,
} from '@drimbox/dicom';
import { CertificateStore, errorFields, Lifecycle, Logger, Metrics, SiteRegistryHolder } from '@drimbox/service';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Expectation, Expectations } from './expectations.js';
import { IncomingObject, REFUSED } from './incoming-object.js';
import type { ObjectReceiver } from './object-receiver.js';
import type { Wanted } from './wanted.js';

interface OpenDesk {
  readonly link: PacsLink;
  readonly listener: DicomListener;
}

const MEGABYTE = 1024 * 1024;

/** Classes taken from the PACS of a link. */
export const sopClassesOf = (link: PacsLink): ReadonlySet<string> =>
  new Set([...STORAGE_SOP_CLASSES.map(({ uid }) => uid), ...link.furtherSopClasses]);

/** Syntaxes taken from it, best first: what it stores must never have to be converted on its side. */
export const transferSyntaxesOf = (link: PacsLink): readonly string[] =>
  link.transferSyntaxes.length > 0 ? link.transferSyntaxes : KNOWN_SYNTAXES;

/** Compressed before native, explicit before the rest: where a PACS lets us choose, the smallest that it holds. */
const KNOWN_SYNTAXES: readonly string[] = [
  ...TRANSFER_SYNTAXES.filter(({ encapsulated }) => encapsulated),
  ...TRANSFER_SYNTAXES.filter(({ encapsulated, form }) => !encapsulated && form === undefined),
  ...TRANSFER_SYNTAXES.filter(({ form }) => form !== undefined),
].map(({ uid }) => uid);

/** Where the PACS of each link sends what it is asked for: one listener per link, and who each object is for. */
@Injectable()
export class StoreDesk implements OnModuleInit {
  private readonly desks = new Map<string, OpenDesk>();
  private readonly expectations = new Expectations();
  private changes: Promise<void> = Promise.resolve();
  private readonly refusals;

  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: CertificateStore,
    private readonly lifecycle: Lifecycle,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.refusals = metrics.counter('drimbox_pacs_objects_refused_total', 'Objects of a PACS that were refused', [
      'link',
      'reason',
    ]);
  }

  async onModuleInit(): Promise<void> {
    await this.follow(this.registry.current);
    this.registry.onChange((registry) => {
      this.changes = this.changes.then(() => this.follow(registry));
    });
    this.certificates.onChange(() => {
      this.changes = this.changes.then(() => this.reopenSecure());
    });
    this.lifecycle.onDrain('bus', 'DICOM listeners', async () => {
      await this.changes;
      await Promise.all([...this.desks.values()].map(({ listener }) => listener.close()));
    });
  }

  portOf(linkId: string): number | undefined {
    return this.desks.get(linkId)?.listener.port;
  }

  /** From now on objects of this C-MOVE are taken. */
  expect(link: PacsLink, wanted: Wanted, receiver: ObjectReceiver): Expectation {
    return this.expectations.add(link.id, wanted, receiver);
  }

  forget(expectation: Expectation): void {
    this.expectations.remove(expectation);
  }

  /** The same checks for objects that come on the association of a C-GET, which is its own correlation. */
  handlerOf(link: PacsLink, expectation: Expectation): StoreHandler {
    const originator = { ae: link.callingAe, messageId: expectation.messageId };
    return (request, resume) => this.take(link, { ...request, moveOriginator: originator }, resume);
  }

  private take(link: PacsLink, request: StoreRequest, resume: () => void): IncomingObject | number {
    const { moveOriginator } = request;
    if (!this.expectations.mayMatch(link.id, moveOriginator, link.callingAe)) {
      this.refuse(link, 'nobody asked for it');
      return REFUSED;
    }
    return new IncomingObject(
      request,
      (arrival) => {
        const expectation = this.expectations.match(link.id, moveOriginator, link.callingAe, arrival);
        const sink = expectation?.receiver.begin(arrival, resume);
        if (!expectation || !sink) return undefined;
        return {
          headEnds: (offset) => sink.headEnds(offset),
          write: (bytes) => {
            expectation.lastSign = performance.now();
            // Once the C-MOVE is given up its objects are dropped: the PACS may still be sending.
            return expectation.open ? sink.write(bytes) : true;
          },
          end: () => expectation.open && sink.end(),
          breakOff: () => sink.breakOff(),
        };
      },
      (reason) => this.refuse(link, reason),
    );
  }

  private refuse(link: PacsLink, reason: string): void {
    this.refusals.inc({ link: link.id, reason });
    this.logger.warn('object.refused', { pacsLink: link.id, code: 'DRIM-313', detail: reason });
  }

  private async follow(registry: SiteRegistry): Promise<void> {
    const wanted = registry.sites.flatMap((site) => site.pacsLinks).filter(({ listen }) => listen !== undefined);
    for (const [id, { link, listener }] of this.desks) {
      const next = wanted.find((candidate) => candidate.id === id);
      if (next && JSON.stringify(doorOf(next)) === JSON.stringify(doorOf(link))) continue;
      this.desks.delete(id);
      await listener.close();
    }
    for (const link of wanted) if (link.listen && !this.desks.has(link.id)) await this.open(link, link.listen);
  }

  /** New certificates need new listeners; associations under way end with the old ones. */
  private async reopenSecure(): Promise<void> {
    for (const [id, { link, listener }] of this.desks) {
      if (!link.listen?.tls) continue;
      this.desks.delete(id);
      await listener.close();
      await this.open(link, link.listen);
    }
  }

  private async open(link: PacsLink, listen: StoreListener): Promise<void> {
    const tls = listen.tls && this.tlsOf(listen.tls);
    if (listen.tls && !tls) {
      this.logger.error('listener.closed', { pacsLink: link.id, fault: 'its certificate is not in the store' });
      return;
    }
    const allowed = AddressList.of(listen.allow);
    try {
      const listener = await listenDicom({
        host: listen.host,
        port: listen.port,
        ...(tls && { tls }),
        allows: (address) => allowed.has(address),
        admit: ({ callingAe, calledAe }) => this.admit(link, listen, callingAe, calledAe),
        store: (request, resume) => this.take(link, request, resume),
        limits: {
          maxAssociations: listen.maxAssociations,
          maxObjectBytes: link.maxObjectMegabytes * MEGABYTE,
        },
      });
      this.desks.set(link.id, { link, listener });
      this.lifecycle.addPort(`store-${link.id}`, listener.port);
      this.logger.info('listener.open', { pacsLink: link.id, port: listener.port });
    } catch (error) {
      this.logger.error('listener.closed', { pacsLink: link.id, ...errorFields(error) });
    }
  }

  private admit(link: PacsLink, listen: StoreListener, callingAe: string, calledAe: string): Admission {
    if (calledAe !== link.callingAe) return { ok: false, reason: 'called-ae' };
    if (callingAe !== link.calledAe && !listen.furtherAes.includes(callingAe))
      return { ok: false, reason: 'calling-ae' };
    return { ok: true, sopClasses: sopClassesOf(link), transferSyntaxes: transferSyntaxesOf(link) };
  }

  private tlsOf({ certificate, requireClient }: NonNullable<StoreListener['tls']>) {
    const pair = this.certificates.get(certificate);
    const ca = this.certificates.anchors();
    return (
      pair && {
        cert: pair.cert,
        key: pair.key,
        minVersion: 'TLSv1.2' as const,
        requestCert: requireClient,
        rejectUnauthorized: requireClient,
        ...(ca && { ca }),
      }
    );
  }
}

/** What a listener is opened with: a change of anything else leaves it alone. */
const doorOf = ({
  listen,
  callingAe,
  calledAe,
  transferSyntaxes,
  furtherSopClasses,
  maxObjectMegabytes,
}: PacsLink): object => ({
  listen,
  callingAe,
  calledAe,
  transferSyntaxes,
  furtherSopClasses,
  maxObjectMegabytes,
});
