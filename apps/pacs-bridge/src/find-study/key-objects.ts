import type { FoundKeyObject, FoundSeries, PacsLink, Site } from '@drimbox/contracts';
import { readKeyObject, SopClass } from '@drimbox/dicom';
import { Logger } from '@drimbox/service';
import { Injectable } from '@nestjs/common';
import { gather } from '../retrieve/gather.js';
import { Retrievals } from '../retrieve/retrievals.service.js';

/** A Key Object is a list of references: one that is larger is no such thing. */
const MAX_BYTES = 4 * 1024 * 1024;
/** More of them in one study is no radiologist's doing. */
const MAX_KEY_OBJECTS = 50;

/** Fetches the Key Object documents of a study and reads which images they flag (drimbox-rules §3.2). */
@Injectable()
export class KeyObjects {
  constructor(
    private readonly retrievals: Retrievals,
    private readonly logger: Logger,
  ) {}

  /** Those that can be fetched and read; the others are said in the log, and the pointer does without. */
  async of(site: Site, link: PacsLink, study: string, series: readonly FoundSeries[]): Promise<FoundKeyObject[]> {
    const documents = series.flatMap(({ uid, instances }) =>
      instances
        .filter(({ sopClass }) => sopClass === SopClass.KeyObjectSelection)
        .map(({ sopInstance }) => ({ series: uid, sopInstance })),
    );
    const found: FoundKeyObject[] = [];
    for (const document of documents.slice(0, MAX_KEY_OBJECTS)) {
      const read = await this.read(site, link, study, document);
      if (read) found.push(read);
      else this.logger.warn('key-object.unread', { pacsLink: link.id, study, series: document.series });
    }
    return found;
  }

  private async read(
    site: Site,
    link: PacsLink,
    study: string,
    { series, sopInstance }: { readonly series: string; readonly sopInstance: string },
  ): Promise<FoundKeyObject | undefined> {
    const wanted = { study, series, instance: sopInstance };
    const opened = this.retrievals.open(site, link, wanted, {
      purpose: 'check',
      flow: 'key-objects',
      heads: false,
    });
    const [object] = await gather(opened, MAX_BYTES);
    if (!object?.bytes) return undefined;
    const read = readKeyObject(object.bytes, object.info.transferSyntax);
    if (!read.ok) return undefined;
    const { title, description, images } = read.value;
    return { series, sopInstance, title, ...(description !== undefined && { description }), images: [...images] };
  }
}
