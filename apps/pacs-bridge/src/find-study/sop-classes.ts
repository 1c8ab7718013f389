import type { FoundSeries, PacsLink, Site } from '@drimbox/contracts';
import { Injectable } from '@nestjs/common';
import { gather } from '../retrieve/gather.js';
import { Retrievals } from '../retrieve/retrievals.service.js';
import type { ToldSeries } from './ask-pacs.js';

/** The objects themselves are not wanted: their classes are in what announces them. */
const NO_BYTES = 0;

/** Finds the SOP classes that a PACS leaves out of its answers: a KOS cannot do without, and the objects bear them. */
@Injectable()
export class SopClasses {
  constructor(private readonly retrievals: Retrievals) {}

  /** Undefined when some could not be learnt. */
  async complete(
    site: Site,
    link: PacsLink,
    study: string,
    told: readonly ToldSeries[],
  ): Promise<FoundSeries[] | undefined> {
    const complete: FoundSeries[] = [];
    for (const series of told) {
      const known = series.instances.every(({ sopClass }) => sopClass !== undefined)
        ? undefined
        : await this.classesOf(site, link, study, series.uid);
      const instances = series.instances.map((instance) => ({
        ...instance,
        sopClass: instance.sopClass ?? known?.get(instance.sopInstance),
      }));
      const usable = instances.flatMap(({ sopClass, ...rest }) =>
        sopClass === undefined ? [] : [{ ...rest, sopClass }],
      );
      if (usable.length < instances.length) return undefined;
      complete.push({ ...series, instances: usable });
    }
    return complete;
  }

  private async classesOf(site: Site, link: PacsLink, study: string, series: string): Promise<Map<string, string>> {
    const reading = { purpose: 'check', flow: 'sop-classes', heads: true } as const;
    const opened = this.retrievals.open(site, link, { study, series }, reading);
    const objects = await gather(opened, NO_BYTES);
    return new Map(objects.map(({ info }) => [info.sopInstance, info.sopClass]));
  }
}
