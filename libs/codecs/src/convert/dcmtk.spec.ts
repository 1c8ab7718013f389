import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ImageDescription, openPart10 } from '@drimbox/dicom';
import { canConvert } from '../can-convert.js';
import { CodecPool } from '../pool/codec-pool.js';
import { Syntax } from '../syntaxes.js';
import { image, largestDifference, nativePixels } from '../testing/images.js';
import {
  chunked,
  collected,
  nativeOf,
  run,
  SOP_CLASS,
  SOP_INSTANCE,
  temporaryFolder,
  testDataset,
  testFile,
} from '../testing/objects.js';
import { outgoingObject } from './outgoing-object.js';

const pool = new CodecPool({ threads: 2 });
afterAll(() => pool.close());
const folder = temporaryFolder();

/** A file in another syntax, by this library. */
async function converted(file: Buffer, to: string): Promise<Buffer> {
  const { transferSyntax, bytes } = openPart10(file);
  const object = { sopClass: SOP_CLASS, sopInstance: SOP_INSTANCE, transferSyntax, dataset: chunked(bytes) };
  const wishes = [{ transferSyntax: to, q: 1, mediaType: 'application/dicom', form: 'multipart' as const }];
  const outgoing = await outgoingObject(object, { pool, wishes });
  if (!outgoing.ok) throw new Error('not acceptable');
  return collected(outgoing.file);
}

/** A file through a command of dcmtk or gdcm. */
async function through(file: Buffer, command: string, ...options: string[]): Promise<Buffer> {
  const [from, to] = [path.join(folder, 'from.dcm'), path.join(folder, 'to.dcm')];
  writeFileSync(from, file);
  const done = await run(command, [...options, from, to]);
  if (done?.code !== 0) throw new Error(`${command}: ${done?.output ?? 'not installed'}`);
  return readFileSync(to);
}

/** Pixels by their stored bits alone: decoders differ in what they leave above them. */
function storedBits({
  pixels,
  image: { bitsAllocated, bitsStored },
}: {
  pixels: Buffer;
  image: ImageDescription;
}): Buffer {
  const out = Buffer.from(pixels);
  const mask = 2 ** bitsStored - 1;
  if (bitsAllocated === 8) return out.map((byte) => byte & mask) as Buffer;
  for (let at = 0; at < out.length; at += 2) out.writeUInt16LE(out.readUInt16LE(at) & mask, at);
  return out;
}

/** Three planes of bytes as colour by pixel. */
function woven(planes: Buffer): Buffer {
  const size = planes.length / 3;
  return Buffer.from(Array.from(planes, (_, at) => planes[(at % 3) * size + Math.floor(at / 3)] ?? 0));
}

const KINDS: [string, ImageDescription][] = [
  ['8 bits', image({ bitsStored: 8 })],
  ['12 bits, 3 frames', image({ frames: 3 })],
  ['12 bits signed', image({ signed: true })],
  ['16 bits', image({ bitsStored: 16 })],
  ['16 bits signed', image({ bitsStored: 16, signed: true })],
  ['colour by pixel, 2 frames', image({ bitsStored: 8, samples: 3, frames: 2 })],
  ['colour by plane', image({ bitsStored: 8, samples: 3, planar: 1 })],
];

function fileOf(description: ImageDescription): Buffer {
  const frames = Array.from({ length: description.frames }, (_, index) =>
    nativePixels(description, 'smooth', index + 1),
  );
  return testFile(testDataset(description, Buffer.concat(frames)));
}

describe.each([
  ['JPEG-LS', Syntax.JpegLs, 'dcmdjpls', ['+px']],
  ['JPEG lossless SV1', Syntax.JpegLosslessSv1, 'dcmdjpeg', ['+cn', '+px']],
  ['RLE', Syntax.Rle, 'dcmdrle', []],
] as [string, string, string, string[]][])('dcmtk decodes our %s', (_, syntax, command, options) => {
  it.each(KINDS)('%s', async (__, description) => {
    const file = fileOf(description);
    const decoded = await through(await converted(file, syntax), command, ...options);
    const before = nativeOf(file);
    // Colour by plane has become colour by pixel.
    const expected = description.planar === 1 ? { ...before, pixels: woven(before.pixels) } : before;
    expect(storedBits(nativeOf(decoded)).equals(storedBits(expected))).toBe(true);
  });
});

describe.each([
  ['JPEG-LS', 'dcmcjpls', ['+el'], 'dcmdjpls', []],
  ['JPEG-LS near-lossless', 'dcmcjpls', ['+en'], 'dcmdjpls', []],
  ['RLE', 'dcmcrle', [], 'dcmdrle', []],
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => [
    `JPEG lossless, selection ${n}`,
    'dcmcjpeg',
    ['+el', '+sv', String(n)],
    'dcmdjpeg',
    ['+cn'],
  ]),
  ['JPEG lossless SV1', 'dcmcjpeg', ['+e1'], 'dcmdjpeg', ['+cn']],
] as [string, string, string[], string, string[]][])(
  'we decode %s of dcmtk',
  (_, encoder, encoding, decoder, decoding) => {
    // dcmtk makes no near-lossless of signed pixels.
    it.each(KINDS.filter(([, { signed }]) => !signed || !encoding.includes('+en')))('%s', async (__, description) => {
      const encoded = await through(fileOf(description), encoder, ...encoding);
      const ours = nativeOf(await converted(encoded, Syntax.ExplicitLittleEndian));
      const theirs = nativeOf(await through(encoded, decoder, ...decoding));
      if (theirs.image.planar === 0) expect(storedBits(ours).equals(storedBits(theirs))).toBe(true);
      expect(ours.image.planar).toBe(0);
      expect(ours.image.photometric).toBe(theirs.image.photometric);
    });
  },
);

describe('lossy JPEG', () => {
  it.each([
    ['baseline grey', image({ bitsStored: 8 }), ['+eb']],
    ['baseline colour', image({ bitsStored: 8, samples: 3 }), ['+eb']],
    ['extended, 12 bits', image({ frames: 2 }), ['+ee', '+q', '95']],
  ])('%s of dcmtk is decoded as dcmtk does', async (_, description, encoding) => {
    const encoded = await through(fileOf(description), 'dcmcjpeg', ...encoding);
    const ours = nativeOf(await converted(encoded, Syntax.ExplicitLittleEndian));
    const theirs = nativeOf(await through(encoded, 'dcmdjpeg'));
    // Integer transforms and chroma filters differ a little.
    const near = description.samples === 3 ? 24 : 2;
    expect(largestDifference(ours.pixels, theirs.pixels, description.bitsAllocated)).toBeLessThanOrEqual(near);
    expect(ours.image.photometric).toBe(theirs.image.photometric);
  });

  it.each([
    ['baseline grey', image({ bitsStored: 8 }), Syntax.JpegBaseline, 12],
    ['baseline colour', image({ bitsStored: 8, samples: 3, frames: 2 }), Syntax.JpegBaseline, 40],
    ['extended, 12 bits', image({ frames: 2 }), Syntax.JpegExtended, 40],
  ])('our %s is decoded by dcmtk', async (_, description, syntax, near) => {
    const file = fileOf(description);
    const decoded = nativeOf(await through(await converted(file, syntax), 'dcmdjpeg'));
    expect(largestDifference(decoded.pixels, nativeOf(file).pixels, description.bitsAllocated)).toBeLessThanOrEqual(
      near,
    );
  });
});

const GDCM = existsSync('/usr/bin/gdcmconv');
(GDCM ? describe : describe.skip)('gdcm', () => {
  const grey = KINDS.filter(([, { planar }]) => planar === 0);

  it.each(grey)('decodes our JPEG 2000: %s', async (_, description) => {
    const file = fileOf(description);
    for (const syntax of [Syntax.Jpeg2000Lossless, Syntax.Jpeg2000]) {
      if (!canConvert(description, Syntax.ExplicitLittleEndian, syntax)) throw new Error('not made');
      const decoded = nativeOf(await through(await converted(file, syntax), 'gdcmconv', '--raw'));
      expect(storedBits(decoded).equals(storedBits(nativeOf(file)))).toBe(true);
    }
  });

  it.each(grey)('JPEG 2000 of gdcm is decoded: %s', async (_, description) => {
    const file = fileOf(description);
    const encoded = await through(file, 'gdcmconv', '--j2k');
    const ours = nativeOf(await converted(encoded, Syntax.ExplicitLittleEndian));
    expect(storedBits(ours).equals(storedBits(nativeOf(file)))).toBe(true);
  });
});

const PYDICOM = '/usr/lib/python3/dist-packages/pydicom/data/test_files';
(existsSync(PYDICOM) && GDCM ? it : it.skip)(
  'compressed files of python3-pydicom are decoded as dcmtk or gdcm do',
  async () => {
    const outcomes = { equal: 0, near: 0 };
    for (const name of readdirSync(PYDICOM).filter((one) => one.endsWith('.dcm'))) {
      const file = readFileSync(path.join(PYDICOM, name));
      const read = await bothWays(file).catch(() => undefined);
      // Files that are damaged on purpose, and colour that gdcm leaves as YCbCr.
      if (!read || read.ours.image.photometric !== read.theirs.image.photometric) continue;
      const { ours, theirs } = read;
      const difference = largestDifference(
        storedBits(ours),
        storedBits({ ...theirs, image: ours.image }),
        ours.image.bitsAllocated,
      );
      expect([name, difference < 8]).toEqual([name, true]);
      outcomes[difference === 0 ? 'equal' : 'near'] += 1;
    }
    expect(outcomes.equal).toBeGreaterThan(12);
  },
);

async function bothWays(
  file: Buffer,
): Promise<{ ours: ReturnType<typeof nativeOf>; theirs: ReturnType<typeof nativeOf> }> {
  const { transferSyntax } = openPart10(file);
  const ours = nativeOf(await converted(file, Syntax.ExplicitLittleEndian));
  const rle = transferSyntax === Syntax.Rle;
  return { ours, theirs: nativeOf(await (rle ? through(file, 'dcmdrle') : through(file, 'gdcmconv', '--raw'))) };
}
