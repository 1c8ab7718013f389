import { DrimError, type EchoAnswer, findPacsLink } from '@drimbox/contracts';
import { echo } from '@drimbox/dicom';
import { SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { failureOf, peerOf } from '../find-study/ask-pacs.js';
import { LinkGates } from '../links/link-gates.js';

/** Is the PACS of a link alive, and does it know us? */
@Injectable()
export class EchoService {
  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly gates: LinkGates,
  ) {}

  /** @throws DrimError DRIM-306 when no link has that id. */
  async echo(linkId: string): Promise<EchoAnswer> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) throw new DrimError('DRIM-306', linkId);
    const from = performance.now();
    const asked = await this.gates.of(known.link).run(() => echo(peerOf(known.link)));
    const milliseconds = Math.round((performance.now() - from) * 10) / 10;
    if (!asked) return { reachable: false, code: 'DRIM-305', milliseconds };
    return asked.value.ok
      ? { reachable: true, milliseconds }
      : { reachable: false, ...failureOf(asked.value.failure), milliseconds };
  }
}
