import { DrimError, type EchoAnswer, findPacsLink } from '@drimbox/contracts';
import { echo } from '@drimbox/dicom';
import { SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { LinkDoor } from '../links/link-door.js';
import { failureOf, Peers } from '../links/peer.js';

/** Is the PACS of a link alive, and does it know us? Asked by an operator, now. */
@Injectable()
export class EchoService {
  constructor(
    private readonly registry: SiteRegistryHolder,
    private readonly door: LinkDoor,
    private readonly peers: Peers,
  ) {}

  /** @throws DrimError DRIM-306 when no link has that id. */
  async echo(linkId: string): Promise<EchoAnswer> {
    const known = findPacsLink(this.registry.current, linkId);
    if (!known) throw new DrimError('DRIM-306', linkId);
    const from = performance.now();
    const used = await this.door.use(
      known.link,
      { purpose: 'echo', flow: 'operator' },
      () => echo(this.peers.of(known.link)),
      (answer) => (answer.ok ? undefined : answer.failure.kind),
    );
    const milliseconds = Math.round((performance.now() - from) * 10) / 10;
    if (!used.ok) return { reachable: false, ...used.failure, milliseconds };
    return used.value.ok
      ? { reachable: true, milliseconds }
      : { reachable: false, ...failureOf(used.value.failure), milliseconds };
  }
}
