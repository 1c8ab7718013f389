import {
  DicomDirectory,
  HeadReader,
  part10Head,
  Tag,
  toExplicit,
  transferSyntaxInfo,
  TransferSyntax,
} from '@drimbox/dicom';
import { AccessJournal, BridgeClient, type Outlet, ServedTally, type SourceObject } from '@drimbox/images';
import { CONFIG, errorFields, Logger } from '@drimbox/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import type { CatalogueSeries } from '../images/catalogue.js';
import { deliver, type End } from '../images/deliver.js';
import { openInstance, retrieve, type Retrieved } from '../images/retrieved.js';
import { accessOf } from '../journal/door.js';
import type { Exchange } from '../portal/exchange.js';
import type { View } from '../session/session.js';
import { ExportRepository } from './export.repository.js';
import { resumed } from './resumed.js';
import { ZipWriter } from './zip-writer.js';

const FILE_SET = 'DRIMBOX';
/** How often progress is written, and a cancellation or the end of the session seen. */
const BEAT_MILLISECONDS = 500;
/** How often an archive that advances keeps its session alive, at most; oftener where sessions are short. */
const ALIVE_MILLISECONDS = 20_000;
/** Float, double float and integer pixel data (PS3.3 §C.7.6.3, .24, .25). */
const PIXEL_DATA = 0x7fe00008;
/** How often a series, or an object, is asked for until it has come. */
const ZIP_TRIES = 4;
const MAX_HEAD_BYTES = 64 * 1024 * 1024;

export interface ExportSession {
  /** False once the session has ended or the exam may not be seen any more. */
  stands(): Promise<boolean>;
  /** Somebody is there. */
  alive(): Promise<void>;
}

/**
 * An exam as a ZIP with its DICOMDIR (PS3.10 §8, PS3.12 Annex V), streamed from the same retrieval and spool as what is shown. Names are
 * made here, preambles are zero; what the PACS has native is in Explicit VR Little Endian, compressed objects are as they were.
 */
@Injectable()
export class ZipExport {
  constructor(
    private readonly bridge: BridgeClient,
    private readonly exports: ExportRepository,
    private readonly journal: AccessJournal,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly settings: Settings,
  ) {}

  async give(
    { response, from }: Exchange,
    view: View,
    catalogue: readonly CatalogueSeries[],
    id: string,
    session: ExportSession,
  ): Promise<void> {
    let work: Archive | undefined;
    let cancelled = false;
    const presence = this.presenceOf(session);
    await deliver({
      journal: this.journal,
      access: accessOf(view, from, { kind: 'examExported', level: 'study' }),
      response,
      stallSeconds: this.settings.stallSeconds,
      watch: {
        milliseconds: BEAT_MILLISECONDS,
        look: async (outlet) => {
          await presence(outlet.bytes);
          const running = await this.exports.advance(id, work?.received ?? 0, outlet.bytes);
          const stands = await session.stands();
          cancelled ||= stands && !running;
          if (!running || !stands) outlet.cut('DRIM-709');
        },
      },
      work: async (outlet, signal) => {
        work = new Archive(outlet, this.bridge, view);
        outlet.begin('application/zip', { 'content-disposition': 'attachment; filename="EXAMEN.zip"' });
        const end = await work.write(catalogue, signal);
        // A retrieval that ended because nobody reads any more looks incomplete.
        if (outlet.reason) throw outlet.reason;
        // What is not whole must not look whole.
        if (end.outcome !== 'complete') outlet.cut(end.code ?? 'DRIM-308');
        return end;
      },
      ended: async (ended, outlet) => {
        const end: End = cancelled ? { outcome: 'cancelled', code: 'DRIM-315' } : ended;
        await this.exports
          .end(id, end.outcome, work?.received ?? 0, outlet.bytes)
          .catch((error: unknown) => this.logger.error('export.not-ended', errorFields(error)));
        return { ...end, objects: work?.tally.objects ?? [] };
      },
    });
  }

  /** Whoever takes an archive is there, as long as it advances: a session does not end in the middle of it. */
  private presenceOf(session: ExportSession): (bytes: number) => Promise<void> {
    const every = Math.min(ALIVE_MILLISECONDS, (this.settings.sessionIdleSeconds * 1000) / 3);
    let told = { bytes: 0, at: performance.now() };
    return async (bytes) => {
      if (bytes === told.bytes || performance.now() - told.at < every) return;
      await session.alive();
      told = { bytes, at: performance.now() };
    };
  }
}

/** One archive on its way. */
class Archive {
  received = 0;
  readonly tally = new ServedTally();
  private readonly zip: ZipWriter;
  private readonly directory = new DicomDirectory();

  constructor(
    private readonly outlet: Outlet,
    private readonly bridge: BridgeClient,
    private readonly view: View,
  ) {
    this.zip = new ZipWriter((buffers) => outlet.send(buffers), new Date());
  }

  async write(catalogue: readonly CatalogueSeries[], signal: AbortSignal): Promise<Retrieved> {
    const whole = catalogue.filter(({ info }) => info.kind !== 'key-images');
    for (const [index, series] of whole.entries()) {
      const folder = `S${String(index + 1).padStart(7, '0')}`;
      let number = 0;
      const take = async (object: SourceObject): Promise<'more'> => {
        number += 1;
        await this.add(object, ['DICOM', folder, `I${String(number).padStart(7, '0')}`], signal);
        this.received += 1;
        return 'more';
      };
      // A browser cannot take an archive up again: what breaks off behind us must not be its affair.
      const ended = await retrieve(this.bridge, this.view, series, signal, take, ZIP_TRIES);
      if (ended.outcome !== 'complete') return ended;
    }
    const directory = this.directory.file(FILE_SET);
    await this.zip.add('DICOMDIR', one(directory));
    await this.zip.end();
    await this.outlet.finish();
    return { outcome: 'complete' };
  }

  private async add(object: SourceObject, path: readonly string[], signal: AbortSignal): Promise<void> {
    const { series, sopClass, sopInstance, transferSyntax: stored } = object.head;
    const source = resumed(object, ZIP_TRIES, () =>
      openInstance(this.bridge, this.view, { series, instance: sopInstance }, signal),
    );
    const encapsulated = transferSyntaxInfo(stored)?.encapsulated === true;
    const transferSyntax = encapsulated ? stored : TransferSyntax.ExplicitLittleEndian;
    const reader = new HeadReader({
      transferSyntax,
      untilTag: PIXEL_DATA,
      maxBytes: MAX_HEAD_BYTES,
      unknownCharset: 'replace',
    });
    const before = this.zip.bytes;
    const dataset = encapsulated ? source : toExplicit(source, { transferSyntax: stored });
    await this.zip.add(path.join('/'), file(part10Head({ sopClass, sopInstance, transferSyntax }), dataset, reader));
    this.directory.add({ path, sopClass, sopInstance, transferSyntax, head: reader.dataset });
    const modality = reader.dataset.getString(Tag.Modality) ?? 'OT';
    // As it left: its head is little beside its pixels.
    const bytes = this.zip.bytes - before;
    this.tally.add({ modality, sopClass, storedSyntax: stored, transferSyntax, bytes, pixelBytes: bytes });
  }
}

async function* file(meta: Buffer, dataset: AsyncIterable<Buffer>, reader: HeadReader): AsyncGenerator<Buffer, void> {
  yield meta;
  let read = false;
  for await (const chunk of dataset) {
    read ||= reader.push(chunk);
    yield chunk;
  }
  if (!read) reader.finish();
}

async function* one(buffer: Buffer): AsyncGenerator<Buffer, void> {
  yield buffer;
}
