import { CodecPool } from '@drimbox/codecs';
import { describeImage, readDataset } from '@drimbox/dicom';
import type { Answer } from './ask.for-spec.js';
import { FULL_IDENTITY, OBJECTS } from './exam.for-spec.js';
import type { TestPart } from './parts.for-spec.js';
import type { Portal } from './portal.for-spec.js';

const NATIVE = '1.2.840.10008.1.2.1';

/** The exam of one object of each kind, opened by its patient. */
export class OpenView {
  cookies: Record<string, string> = {};
  api = '';
  exam = '';
  /** Ids of the series by their UID. */
  ids: ReadonlyMap<string, string> = new Map();
  private readonly pool = new CodecPool({ threads: 1 });

  constructor(readonly portal: Portal) {
    portal.identity = FULL_IDENTITY;
    portal.objects = [...OBJECTS];
  }

  /** Of the portal that has been started; anew when it was started again. */
  async open(): Promise<void> {
    const { cookies, api, exam } = await this.portal.opened();
    Object.assign(this, { cookies, api, exam });
    const listed = await this.portal.ask({ path: `${exam}/series`, cookies });
    const { series } = JSON.parse(listed.text) as { series: { id: string }[] };
    this.ids = new Map(series.map(({ id }, index) => [FULL_IDENTITY.series[index]?.uid ?? '', id]));
  }

  async close(): Promise<void> {
    await this.portal.stop();
    await this.pool.close();
  }

  ask(path: string): Promise<Answer> {
    return this.portal.ask({ path, cookies: this.cookies });
  }

  pathOf(series: string): string {
    return `${this.exam}/series/${this.ids.get(series)}`;
  }

  stream(series: string, query = ''): Promise<Answer> {
    return this.ask(`${this.pathOf(series)}${query}`);
  }

  async lastEvent(): Promise<Record<string, unknown> | undefined> {
    return (await this.portal.events('image.served')).at(-1);
  }

  /** Accesses that have not ended. */
  underWay(): Promise<unknown[]> {
    return this.portal.rows('select facts from access_open');
  }

  /** Pixels of a frame as it was given. */
  async decoded({ type, body }: Pick<TestPart, 'type' | 'body'>, of: string, photometric?: string): Promise<Buffer> {
    const object = OBJECTS.find(({ series }) => series === of);
    const dataset = readDataset(object?.bytes ?? Buffer.alloc(0), {
      transferSyntax: NATIVE,
      unknownCharset: 'replace',
    });
    const described = describeImage(dataset);
    if (!described) throw new Error('no image');
    const image = { ...described, frames: 1, ...(photometric !== undefined && { photometric }) };
    const from = /transfer-syntax=([0-9.]+)/.exec(type)?.[1] ?? '';
    const result = await this.pool.transcode({ bytes: Buffer.from(body), image, from, to: NATIVE, quality: 90 });
    return Buffer.from(result.bytes);
  }
}
