import type { PacsLink, SiteRegistry } from '@drimbox/contracts';
import { type CertificatePair, CertificateStore, Logger, SiteRegistryHolder } from '@drimbox/service';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/** A `db` FQDN that is served here. */
export interface ServedName {
  readonly site: string;
  readonly link: PacsLink;
  readonly context: SecureContext;
}

/**
 * Neither tickets nor, since node keeps no server-side sessions unless told to, any resumption: each connection shows its
 * certificate anew, and one revoked since has nothing to come back with.
 */
export const NO_RESUMPTION = constants.SSL_OP_NO_TICKET;

/** The `db` FQDN of each PACS link with its SERV_SSL couple, as the registry and the certificate store say now. */
@Injectable()
export class Names implements OnModuleInit {
  private names = new Map<string, ServedName>();

  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: CertificateStore,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.load(this.registry.current);
    this.registry.onChange((registry) => this.load(registry));
    this.certificates.onChange(() => this.load(this.registry.current));
  }

  get(name: string | undefined): ServedName | undefined {
    return name === undefined ? undefined : this.names.get(name.toLowerCase());
  }

  private load({ sites }: SiteRegistry): void {
    const names = new Map<string, ServedName>();
    for (const site of sites) {
      for (const link of site.pacsLinks) {
        const { certificate } = link.wado;
        // A link without one gives no images: its pointers are published elsewhere.
        if (certificate === undefined) continue;
        const pair = this.certificates.get(certificate);
        const fault = pair ? faultOf(pair, link.db) : 'it is not in the store';
        if (!pair || fault !== undefined) {
          this.logger.error('name.not-served', { pacsLink: link.id, certificate, ...(fault && { fault }) });
          continue;
        }
        names.set(link.db, { site: site.id, link, context: this.contextOf(pair) });
      }
    }
    this.names = names;
    this.logger.info('names.loaded', { count: names.size });
  }

  private contextOf({ cert, key }: CertificatePair): SecureContext {
    const ca = this.certificates.anchors();
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', secureOptions: NO_RESUMPTION, ...(ca && { ca }) });
  }
}

const faultOf = ({ leaf }: CertificatePair, fqdn: string): string | undefined =>
  leaf.checkHost(fqdn, { subject: 'never' }) === undefined ? `it does not name ${fqdn}` : undefined;
