import { CertificateStore, Logger, ServedNames, SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';

/** The `vi` FQDN of each PACS link with its market couple. */
@Injectable()
export class ViNames extends ServedNames {
  constructor(registry: SiteRegistryHolder, certificates: CertificateStore, logger: Logger) {
    super(registry, certificates, logger, {
      pick: ({ vi, wado }) => ({ fqdn: vi, certificate: wado.viCertificate }),
    });
  }
}
