import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, tempDir } from '@drimbox/testing';
import { dataSetOf } from '../images/data-set-of.js';
import { DRIMBOX_A, DRIMBOX_B, fqdnsOf } from '../stack/sites.js';
import { generateStudy, type Study, type StudyOptions } from '../studies/generate-study.js';
import { acceptOf, ExchangeWorld, LOSSLESS, type Published } from './exchange-world.for-spec.js';
import { exchangeRefusals } from './exchange-refusals.for-spec.js';
import type { Part } from '../wado/multipart-reader.js';

const run = promisify(execFile);
const OFFICIAL = join(import.meta.dirname, '../../../../../shared/samples/drim-m-data/wado-rs');
const officialRequests = existsSync(OFFICIAL) ? readdirSync(OFFICIAL).filter((name) => /Requete/.test(name)) : [];

const studyOf = (number: number, options: Partial<StudyOptions> = {}): Study =>
  generateStudy({
    number,
    ...options,
    series: [
      { modality: 'CT', instances: 4, size: { rows: 128, columns: 128 } },
      { modality: 'US', instances: 1, frames: 3 },
    ],
  });

/** dcmdump of one element of a DICOM file, `(no value available)` when it is empty. */
async function dumped(file: string, ...tags: string[]): Promise<string> {
  const { stdout } = await run('dcmdump', [...tags.flatMap((tag) => ['+P', tag]), '+U8', file]);
  return stdout;
}

describe('images for another DRIMbox', () => {
  const dir = tempDir();
  let world: ExchangeWorld;
  let exam: Published;

  beforeAll(async () => {
    world = await ExchangeWorld.start({ dir: join(dir, 'mesh') });
    exam = await world.published(studyOf(2001), 2001);
    await mkdir(join(dir, 'received'));
    await eventually(async () => expect((await world.ask(exam)).status).toBe(200), 30_000);
  }, 180_000);
  afterAll(() => world?.stop());

  const fileOf = async (bytes: Buffer): Promise<string> => {
    const file = join(dir, 'received', `${Math.random()}.dcm`);
    await writeFile(file, bytes);
    return file;
  };

  it('each request leaves one record, with its outcome', async () => {
    const records = async (): Promise<number> =>
      Number((await world.mesh.sql('wado-gateway', "select count(*) from outbox where event = 'image.served'"))[0]);
    const before = await records();
    expect((await world.ask(exam)).status).toBe(200);
    await eventually(async () => expect(await records()).toBe(before + 1));
  });

  /** Each part beside what the PACS was given, by SOP Instance UID. */
  async function besideOriginals(parts: readonly Part[], { series }: Study): Promise<[Buffer, Buffer][]> {
    return Promise.all(
      parts.map(async ({ bytes }): Promise<[Buffer, Buffer]> => {
        const uid = /\[(.*?)\]/.exec(await dumped(await fileOf(bytes), '0008,0018'))?.[1];
        const original = series[0]!.instances.find(({ sopInstanceUid }) => sopInstanceUid === uid);
        return [dataSetOf(bytes), dataSetOf(original!.file())];
      }),
    );
  }

  it('a series whose objects bear the INS already, byte for byte', async () => {
    const answer = await world.ask(exam);
    expect(answer).toMatchObject({ status: 200, whole: true });
    expect(answer.parts).toHaveLength(4);
    for (const [got, original] of await besideOriginals(answer.parts, exam.study))
      expect(got.equals(original)).toBe(true);
  });

  it('a series whose objects do not: the same bytes, and the INS spliced in at one place', async () => {
    const plain = await world.published(studyOf(2004, { insInObjects: false }), 2004);
    let answer = await world.ask(plain);
    await eventually(async () => expect((answer = await world.ask(plain))).toMatchObject({ status: 200, whole: true }));
    expect(answer.parts).toHaveLength(4);
    for (const [got, original] of await besideOriginals(answer.parts, plain.study)) {
      let head = 0;
      while (head < original.length && got[head] === original[head]) head++;
      const tail = original.length - head;
      expect(got.length).toBeGreaterThan(original.length);
      expect(got.subarray(got.length - tail).equals(original.subarray(head))).toBe(true);
      expect(got.subarray(head, got.length - tail).toString('latin1')).toContain(plain.study.patient.ins);
    }
    const file = await fileOf(answer.parts[0]!.bytes);
    expect(await dumped(file, '0010,1002')).toContain(plain.study.patient.ins);
  });

  (officialRequests.length > 0 ? it.each(officialRequests) : it.skip.each(['an official request']))(
    'curl sends %s as it is, but for names, and gets the images',
    async (name) => {
      const token = await world.desks.token('radiologue', DRIMBOX_B);
      const { db } = fqdnsOf(DRIMBOX_A, 1);
      const headers = readFileSync(join(OFFICIAL, name), 'utf8')
        .split(/\r?\n/)
        .slice(1)
        .filter((line) => /^(Accept|User-Agent|Connection)\s*:/i.test(line));
      const body = join(dir, 'received', `${name}.multipart`);
      const head = join(dir, 'received', `${name}.head`);
      const files = await peerFiles();
      await run('curl', [
        '--silent',
        '--show-error',
        '--fail',
        '--http1.1',
        '--output',
        body,
        '--dump-header',
        head,
        '--cacert',
        files.ca,
        '--cert',
        files.cert,
        '--key',
        files.key,
        '--connect-to',
        `${db}:443:127.0.0.1:${world.mesh.stack.around.doors.wado}`,
        ...headers.flatMap((line) => ['--header', line]),
        '--header',
        `Authorization: Bearer ${token}`,
        '--header',
        `KOS-SOPInstanceUID: ${exam.kos}`,
        `https://${db}${world.pathOf(exam.study)}`,
      ]);
      expect(await readFile(head, 'latin1')).toMatch(/content-type: multipart\/related;.*type="application\/dicom"/i);
      const text = (await readFile(body)).toString('latin1');
      expect(text.split('Content-Type: application/dicom').length - 1).toBe(4);
      expect(text.trimEnd().endsWith('--')).toBe(true);
    },
  );

  async function peerFiles(): Promise<{ ca: string; cert: string; key: string }> {
    const names = { ca: join(dir, 'ca.pem'), cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
    await Promise.all([
      writeFile(names.ca, world.peer.ca),
      writeFile(names.cert, world.peer.cert ?? ''),
      writeFile(names.key, world.peer.key ?? '', { mode: 0o600 }),
    ]);
    return names;
  }

  it('what the PACS holds uncompressed leaves compressed, pixel for pixel the same', async () => {
    const answer = await world.ask(exam, { headers: { accept: acceptOf(LOSSLESS) } });
    expect(answer).toMatchObject({ status: 200, whole: true });
    for (const part of answer.parts) {
      const compressed = await fileOf(part.bytes);
      expect(part.headers['content-type']).toContain('transfer-syntax=1.2.840.10008.1.2.4.70');
      const plain = `${compressed}.plain.dcm`;
      await run('dcmdjpeg', [compressed, plain]);
      const uid = /\[(.*?)\]/.exec(await dumped(plain, '0008,0018'))?.[1];
      const original = exam.study.series[0]!.instances.find(({ sopInstanceUid }) => sopInstanceUid === uid)!.file();
      const pixels = pixelsOf(dataSetOf(await readFile(plain)));
      expect(pixels.length).toBeGreaterThan(0);
      expect(pixels.equals(pixelsOf(dataSetOf(original)))).toBe(true);
    }
  });

  it.each([
    ['the study', (path: string) => path.replace(/\/series\/.*/, ''), 5],
    ['one instance', (path: string, uid: string) => `${path}/instances/${uid}`, 1],
  ])('%s', async (_name, change, count) => {
    const uid = exam.study.series[0]!.instances[1]!.sopInstanceUid;
    const answer = await world.ask(exam, { path: change(world.pathOf(exam.study), uid) });
    expect(answer).toMatchObject({ status: 200, whole: true });
    expect(answer.parts).toHaveLength(count);
  });

  it('metadata without pixels', async () => {
    const answer = await world.ask(exam, {
      path: `${world.pathOf(exam.study)}/metadata`,
      headers: { accept: 'application/dicom+json' },
    });
    expect(answer).toMatchObject({ status: 200, whole: true });
    const objects = JSON.parse(answer.body.toString('utf8')) as Record<string, unknown>[];
    expect(objects).toHaveLength(4);
    for (const object of objects) {
      expect(object['0020000E']).toEqual({ vr: 'UI', Value: [exam.study.series[0]!.uid] });
      expect(object['7FE00010'] ?? {}).not.toHaveProperty('InlineBinary');
      expect(object['00280010']).toEqual({ vr: 'US', Value: [128] });
    }
  });

  exchangeRefusals(() => ({ world, exam, studyOf }));
});

/** The bytes of Pixel Data of an Explicit VR Little Endian data set: the last element of ours. */
function pixelsOf(dataSet: Buffer): Buffer {
  const at = dataSet.lastIndexOf(Buffer.from('e07f1000', 'hex'));
  return dataSet.subarray(at + 12, at + 12 + dataSet.readUInt32LE(at + 8));
}
