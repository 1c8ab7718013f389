import type { PacsLink, SiteRegistry } from '@drimbox/contracts';
import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { CertificateStore } from '../certificates/certificate-store.js';
import type { CertificatePair } from '../certificates/pair.js';
import type { Logger } from '../log/logger.js';
import type { SiteRegistryHolder } from '../registry/site-registry.js';

/** A FQDN of a PACS link that is served here. */
export interface ServedName {
  readonly site: string;
  readonly link: PacsLink;
  readonly context: SecureContext;
}

export interface NamesOptions {
  /** Which FQDN of a link this door serves, and under which couple of the store; without a couple the link is left out. */
  readonly pick: (link: PacsLink) => { readonly fqdn: string; readonly certificate: string | undefined };
  /** Clients are asked for a certificate of the store's authorities, and none ever comes back without showing it anew. */
  readonly clients?: boolean;
}

/**
 * Neither tickets nor, since node keeps no server-side sessions unless told to, any resumption: each connection shows its
 * certificate anew, and one revoked since has nothing to come back with.
 */
export const NO_RESUMPTION = constants.SSL_OP_NO_TICKET;

/** The FQDN of each PACS link with its certificate, as the registry and the certificate store say now (SNI). */
export class ServedNames {
  private names = new Map<string, ServedName>();

  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly certificates: CertificateStore,
    private readonly logger: Logger,
    private readonly options: NamesOptions,
  ) {
    this.load(registry.current);
    registry.onChange((changed) => this.load(changed));
    certificates.onChange(() => this.load(this.registry.current));
  }

  get(name: string | undefined): ServedName | undefined {
    return name === undefined ? undefined : this.names.get(name.toLowerCase());
  }

  private load({ sites }: SiteRegistry): void {
    const names = new Map<string, ServedName>();
    for (const site of sites) {
      for (const link of site.pacsLinks) {
        const { fqdn, certificate } = this.options.pick(link);
        if (certificate === undefined) continue;
        const pair = this.certificates.get(certificate);
        const fault = pair ? faultOf(pair, fqdn) : 'it is not in the store';
        if (!pair || fault !== undefined) {
          this.logger.error('name.not-served', { pacsLink: link.id, certificate, ...(fault && { fault }) });
          continue;
        }
        names.set(fqdn, { site: site.id, link, context: this.contextOf(pair) });
      }
    }
    this.names = names;
    this.logger.info('names.loaded', { count: names.size });
  }

  private contextOf({ cert, key }: CertificatePair): SecureContext {
    const ca = this.options.clients ? this.certificates.anchors() : undefined;
    return createSecureContext({
      cert,
      key,
      minVersion: 'TLSv1.2',
      ...(this.options.clients && { secureOptions: NO_RESUMPTION }),
      ...(ca !== undefined && { ca }),
    });
  }
}

const faultOf = ({ leaf }: CertificatePair, fqdn: string): string | undefined =>
  leaf.checkHost(fqdn, { subject: 'never' }) === undefined ? `it does not name ${fqdn}` : undefined;
