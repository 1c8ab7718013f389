import { CertificateStore, Logger, ServedNames, SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';

/** The `db` FQDN of each PACS link with its SERV_SSL couple; a link without one gives no images here. */
@Injectable()
export class Names extends ServedNames {
  constructor(registry: SiteRegistryHolder, certificates: CertificateStore, logger: Logger) {
    super(registry, certificates, logger, {
      pick: ({ db, wado }) => ({ fqdn: db, certificate: wado.certificate }),
      clients: true,
    });
  }
}
