import type { PacsLink } from '@drimbox/contracts';
import { Metrics, type Reading, SiteRegistryHolder } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { Gate } from './gate.js';

/** One gate per PACS link: no PACS ever sees more associations than its administrator allowed (DB.SO.121). */
@Injectable()
export class LinkGates {
  private readonly gates = new Map<string, Gate>();

  constructor(registry: SiteRegistryHolder, metrics: Metrics) {
    registry.onChange(({ sites }) => {
      for (const link of sites.flatMap((site) => site.pacsLinks)) {
        this.gates.get(link.id)?.resize(link.maxAssociations, link.maxQueue);
      }
    });
    metrics.gauge('drimbox_pacs_requests', 'Requests of a PACS link, running or waiting', ['link', 'state'], () =>
      this.readings(),
    );
  }

  of(link: PacsLink): Gate {
    const known = this.gates.get(link.id);
    if (known) return known;
    const gate = new Gate(link.maxAssociations, link.maxQueue);
    this.gates.set(link.id, gate);
    return gate;
  }

  private *readings(): Iterable<Reading> {
    for (const [link, { load }] of this.gates) {
      yield [{ link, state: 'running' }, load.running];
      yield [{ link, state: 'waiting' }, load.waiting];
    }
  }
}
