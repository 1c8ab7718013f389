import { openPart10, readPart10, Tag } from '@drimbox/dicom';
import { eventually, tempDir } from '@drimbox/testing';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from '../testing/ask.for-spec.js';
import { testImage } from '../testing/images.for-spec.js';
import { INS, PATH, SERIES, STUDY, World } from '../testing/world.for-spec.js';

const dir = tempDir();
const world = new World(dir);
const FRAMES = 3;
beforeAll(() => {
  world.objects.splice(0, 2, testImage(STUDY, SERIES, `${SERIES}.1`), testImage(STUDY, SERIES, `${SERIES}.2`, FRAMES));
  return world.start();
});
afterAll(() => world.stop());

const SERIES_PATH = `${PATH}/studies/${STUDY}/series/${SERIES}`;
const codeOf = (answer: { body: Buffer }): string =>
  (JSON.parse(answer.body.toString('utf8')) as { code: string }).code;
const accepting = (accept: string): { headers: Record<string, string> } => ({
  headers: { ...world.headers(), accept },
});
const dicomIn = (...syntaxes: string[]): string =>
  syntaxes.map((uid) => `multipart/related; type="application/dicom";transfer-syntax=${uid};boundary=**`).join(',');
const pixelsOf = (n: number): Buffer => world.objects[n]!.bytes.subarray(-(n === 0 ? 8_192 : 8_192 * FRAMES));
const LOSSLESS = '1.2.840.10008.1.2.4.70';
const EXPLICIT = '1.2.840.10008.1.2.1';

interface Attribute {
  vr: string;
  Value?: unknown[];
}

describe('metadata', () => {
  it.each([
    ['study', `${PATH}/studies/${STUDY}/metadata`, 3],
    ['series', `${SERIES_PATH}/metadata`, 2],
    ['instance', `${SERIES_PATH}/instances/${SERIES}.1/metadata`, 1],
  ])('of a %s, with the INS and without pixels', async (_, path, count) => {
    const answer = await world.ask({ path, ...accepting('application/dicom+json') });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/dicom+json']);
    const instances = JSON.parse(answer.body.toString('utf8')) as Record<string, Attribute>[];
    expect(instances).toHaveLength(count);
    for (const instance of instances) {
      expect(instance['00100020']?.Value).toEqual(['IPP-INVENTE']);
      expect(instance['00101002']?.Value).toMatchObject([{ '00100020': { Value: [INS.matricule] } }]);
      expect(instance['7FE00010']).toBeUndefined();
    }
    expect(world.wanted.at(-1)).toMatchObject({ heads: true });
  });

  it('is not made as anything else', async () => {
    const answer = await world.ask({ path: `${SERIES_PATH}/metadata`, ...accepting(dicomIn(EXPLICIT)) });
    expect([answer.status, codeOf(answer)]).toEqual([406, 'DRIM-711']);
  });
});

describe('frames', () => {
  const path = (list: string): string => `${SERIES_PATH}/instances/${SERIES}.2/frames/${list}`;
  const RAW = 'multipart/related; type="application/octet-stream"';

  it.each([
    ['1', [1]],
    ['2,3', [2, 3]],
    ['3,1', [3, 1]],
  ])('%s leave in their order', async (list, numbers) => {
    world.writeRegistry({ compress: false });
    const parts = await eventually(async () => {
      const answer = await world.ask({ path: path(list), ...accepting(RAW) });
      expect(answer.status).toBe(200);
      return partsOf(answer);
    });
    expect(parts.map(({ body }) => body)).toEqual(
      numbers.map((number) => pixelsOf(1).subarray(8_192 * (number - 1), 8_192 * number)),
    );
    expect(parts[0]!.head).toContain('Content-Type: application/octet-stream');
  });

  it('as a codestream, when that is what is accepted', async () => {
    const answer = await world.ask({ path: path('2'), ...accepting('multipart/related; type="image/jpeg"') });
    const [part] = partsOf(answer);
    expect(part!.head).toContain(`Content-Type: image/jpeg; transfer-syntax=${LOSSLESS}`);
    expect(part!.body.readUInt16BE(0)).toBe(0xffd8);
  });

  it.each([
    ['that are not there', '4'],
    ['of which one is not there', '1,4'],
  ])('%s are absent', async (_, list) => {
    const answer = await world.ask({ path: path(list), ...accepting(RAW) });
    expect([answer.status, codeOf(answer)]).toEqual([404, 'DRIM-719']);
  });

  it('of an instance that the pointer does not name are those of an unknown exam', async () => {
    const answer = await world.ask({ path: `${SERIES_PATH}/instances/1.2.3/frames/1`, ...accepting(RAW) });
    expect([answer.status, codeOf(answer)]).toEqual([404, 'DRIM-709']);
  });
});

describe('the syntax that leaves', () => {
  it('is compressed when the link says so and the client takes it, and decodes to the same pixels', async () => {
    world.writeRegistry({ compress: true });
    const parts = await eventually(async () => {
      const found = partsOf(await world.ask(accepting(dicomIn(LOSSLESS, EXPLICIT))));
      expect(found[0]!.head).toContain(LOSSLESS);
      return found;
    });
    for (const [index, { head, body }] of parts.entries()) {
      expect(head).toContain(`transfer-syntax=${LOSSLESS}`);
      const [compressed, plain] = [join(dir, 'in.dcm'), join(dir, 'out.dcm')];
      writeFileSync(compressed, body);
      execFileSync('dcmdjpeg', [compressed, plain]);
      const { dataset } = readPart10(readFileSync(plain));
      expect(dataset.getBytes(Tag.PixelData)?.equals(pixelsOf(index))).toBe(true);
      expect(dataset.getItems(Tag.OtherPatientIDsSequence)[0]?.getString(Tag.PatientID)).toBe(INS.matricule);
    }
  });

  it('is counted as stored and as sent', async () => {
    const rows = await world.rows<{ body: { objects: Record<string, unknown>[] } }>(
      `select body from outbox where event = 'image.served' and body->>'level' = 'series' order by position desc limit 1`,
    );
    expect(rows[0]!.body.objects).toMatchObject([
      { modality: 'CT', storedSyntax: EXPLICIT, transferSyntax: LOSSLESS, instances: 2 },
    ]);
  });

  it('is the stored one when the link does not compress', async () => {
    world.writeRegistry({ compress: false });
    await eventually(async () => {
      const parts = partsOf(await world.ask(accepting(dicomIn(LOSSLESS, EXPLICIT))));
      expect(parts.map(({ body }) => openPart10(body).transferSyntax)).toEqual([EXPLICIT, EXPLICIT]);
    });
  });

  it('is refused before the first byte when none can be made', async () => {
    const video = await world.ask(accepting(dicomIn('1.2.840.10008.1.2.4.102')));
    expect([video.status, codeOf(video)]).toEqual([406, 'DRIM-711']);
  });
});
