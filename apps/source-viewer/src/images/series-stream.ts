import { CodecError } from '@drimbox/codecs';
import { type ImageQuality, PartType, type SeriesOutcome } from '@drimbox/contracts';
import { DatasetError } from '@drimbox/dicom';
import { AccessJournal, BridgeClient, type Outlet, ServedTally, type SourceObject } from '@drimbox/images';
import { CONFIG, Logger } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { accessOf } from '../journal/door.js';
import type { Exchange } from '../portal/exchange.js';
import type { View } from '../session/session.js';
import type { CatalogueSeries } from './catalogue.js';
import { CodecThreads } from './codec-threads.js';
import { deliver } from './deliver.js';
import type { OpaqueIds } from './opaque-ids.js';
import { Parts } from './parts.js';
import { retrieve } from './retrieved.js';
import { mediaTypeOf } from './view-frames.js';
import { viewObject } from './view-object.js';

/** How often a stream under way asks whether its view still stands. */
const STANDS_MILLISECONDS = 2_000;

/** Gives a series to the viewer while the PACS sends it (docs/image-api.md, the stream of a series). */
@Injectable()
export class SeriesStream {
  constructor(
    private readonly bridge: BridgeClient,
    private readonly threads: CodecThreads,
    private readonly journal: AccessJournal,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  /** @param stands false once the session has ended or the exam may not be seen any more: the stream is cut. */
  async give(
    { response, from }: Exchange,
    view: View,
    series: CatalogueSeries,
    ids: OpaqueIds,
    quality: ImageQuality,
    stands: () => Promise<boolean>,
  ): Promise<void> {
    const [part] = series.parts;
    const access = accessOf(view, from, {
      level: 'series',
      ...(part && series.parts.length === 1 && { series: part.series }),
    });
    let stream: Stream | undefined;
    await deliver({
      journal: this.journal,
      access,
      response,
      stallSeconds: this.settings.stallSeconds,
      watch: {
        milliseconds: STANDS_MILLISECONDS,
        look: async (outlet) => {
          if (!(await stands())) outlet.cut('DRIM-709');
        },
      },
      work: async (outlet, signal) => {
        const work = (stream = new Stream(outlet, this.threads, ids, series, quality, this.logger));
        outlet.begin(work.parts.contentType);
        return work.finish(await retrieve(this.bridge, view, series, signal, (object) => work.take(object)));
      },
      ended: (end) => Promise.resolve({ ...end, objects: stream?.tally.objects ?? [], firstAt: stream?.firstAt }),
    });
  }
}

/** One stream, from its first part to its outcome. */
class Stream {
  readonly parts = new Parts();
  readonly tally = new ServedTally();
  received = 0;
  firstAt: number | undefined;
  private unreadable = 0;

  constructor(
    private readonly outlet: Outlet,
    private readonly threads: CodecThreads,
    private readonly ids: OpaqueIds,
    private readonly series: CatalogueSeries,
    private readonly quality: ImageQuality,
    private readonly logger: Logger,
  ) {}

  async take(object: SourceObject): Promise<'more'> {
    try {
      await this.give(object);
      this.received += 1;
    } catch (error) {
      if (!(error instanceof CodecError) && !(error instanceof DatasetError)) throw error;
      // One object that cannot be shown does not take the others with it.
      this.unreadable += 1;
      this.logger.warn('object.not-shown', { detail: `${error.kind} in ${object.head.transferSyntax}` });
    }
    const { expected } = this;
    await this.outlet.send(
      this.parts.json(PartType.Progress, { received: this.received, ...(expected !== undefined && { expected }) }),
    );
    return 'more';
  }

  /** @returns what was said of it. */
  async finish(ended: Pick<SeriesOutcome, 'outcome' | 'code'>): Promise<Pick<SeriesOutcome, 'outcome' | 'code'>> {
    const { received, expected } = this;
    const whole = ended.outcome !== 'complete' || this.unreadable === 0;
    const end: Pick<SeriesOutcome, 'outcome' | 'code'> = whole ? ended : { outcome: 'incomplete', code: 'DRIM-715' };
    const said: SeriesOutcome = { received, ...(expected !== undefined && { expected }), ...end };
    await this.outlet.send([...this.parts.json(PartType.Outcome, said), this.parts.end]);
    await this.outlet.finish();
    return end;
  }

  private get expected(): number | undefined {
    return this.series.info.instances;
  }

  private async give(object: SourceObject): Promise<void> {
    const location = `instances/${this.ids.of(object.head.sopInstance)}`;
    const { head, frames, modality } = await viewObject(object, this.ids, this.threads.pool, this.quality);
    await this.outlet.send(this.parts.json(PartType.Metadata, head, location));
    this.firstAt ??= performance.now();
    const { sopClass, transferSyntax: storedSyntax } = object.head;
    let [number, pixelBytes, transferSyntax] = [0, 0, storedSyntax];
    for await (const frame of frames) {
      const { bytes } = frame;
      number += 1;
      pixelBytes += bytes.length;
      transferSyntax = frame.transferSyntax;
      await this.outlet.send(this.parts.part(mediaTypeOf(frame), bytes, `${location}/frames/${number}`));
    }
    this.tally.add({ modality, sopClass, storedSyntax, transferSyntax, bytes: pixelBytes, pixelBytes });
  }
}
