import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { DatasetError } from '../dataset/dataset-error.js';
import { openPart10, part10Head } from '../dataset/part10.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { squareImage } from '../testing/objects.js';
import { run, temporaryFolder } from '../testing/peers.js';
import { mutated, seededRandom } from '../testing/random.js';
import { TransferSyntax } from '../uids.js';
import { dictionaryVr, vrForImplicit } from './data-dictionary.js';
import { toExplicit, type ToExplicitOptions } from './to-explicit.js';

const { ExplicitLittleEndian, ImplicitLittleEndian, ExplicitBigEndian, DeflatedExplicitLittleEndian } = TransferSyntax;

async function* chunks(bytes: Buffer, size: () => number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + Math.max(1, Math.floor(size()));
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function converted(bytes: Buffer, options: ToExplicitOptions, size = () => bytes.length): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const chunk of toExplicit(chunks(bytes, size), options)) out.push(chunk);
  return Buffer.concat(out);
}

const META = { sopClass: '1.2.840.10008.5.1.4.1.1.4', sopInstance: '1.2.3' };
const ATTRIBUTES: Attributes = {
  [Tag.SpecificCharacterSet]: 'ISO_IR 100',
  [Tag.SOPClassUID]: META.sopClass,
  [Tag.SOPInstanceUID]: META.sopInstance,
  [Tag.ReferencedStudySequence]: [],
  [Tag.PatientName]: 'LEFÈVRE^Hélène',
  ...squareImage(64),
  [Tag.PixelRepresentation]: 1,
  [Tag.ContentSequence]: [{}, { [Tag.TextValue]: 'a', [Tag.ContentSequence]: [{ [Tag.CodeMeaning]: 'b' }] }],
};

/** What dcmtk makes of it: undefined lengths and no group lengths, as here. */
async function byDcmtk(file: string, to: string): Promise<Buffer | undefined> {
  const done = await run('dcmconv', ['-q', '+te', '-e', '-g', file, to]);
  return done.code === 0 ? openPart10(readFileSync(to)).bytes : undefined;
}

it('implicit VR and big endian become what dcmconv makes of them, byte for byte, whatever the chunks', async () => {
  const folder = temporaryFolder();
  const [source, other, target] = ['source', 'other', 'target'].map((name) => path.join(folder, `${name}.dcm`)) as [string, string, string]; // prettier-ignore
  const data = writeDataset(ATTRIBUTES, ExplicitLittleEndian);
  writeFileSync(source, Buffer.concat([part10Head({ ...META, transferSyntax: ExplicitLittleEndian }), data]));
  const expected = await byDcmtk(source, target);
  const random = seededRandom(90);
  for (const option of ['+ti', '+tb']) {
    for (const lengths of ['+e', '-e']) {
      await run('dcmconv', ['-q', option, lengths, '+g', source, other]);
      const { transferSyntax, bytes } = openPart10(readFileSync(other));
      for (let round = 0; round < 12; round += 1) {
        const size = 1 + random() * 50 * (1 + round * round);
        const out = await converted(bytes, { transferSyntax }, () => random() * size);
        expect(expected && out.equals(expected)).toBe(true);
      }
    }
  }
});

const PYDICOM = '/usr/lib/python3/dist-packages/pydicom/data/test_files';
(existsSync(PYDICOM) ? it : it.skip)('every implicit and big endian file of python3-pydicom: as dcmconv', async () => {
  const folder = temporaryFolder();
  const compared: string[] = [];
  for (const name of readdirSync(PYDICOM).filter((one) => one.endsWith('.dcm'))) {
    const file = path.join(PYDICOM, name);
    const opened = attempt(() => openPart10(readFileSync(file)));
    if (!opened || ![ImplicitLittleEndian, ExplicitBigEndian].some((uid) => uid === opened.transferSyntax)) continue;
    const expected = await byDcmtk(file, path.join(folder, 'out.dcm'));
    const out = await converted(opened.bytes, opened).catch(() => undefined);
    if (!expected || !out) continue;
    expect([name, out.equals(expected)]).toEqual([name, true]);
    compared.push(name);
  }
  expect(compared.length).toBeGreaterThan(10);
});

const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

describe('the choices of implicit VR', () => {
  it.each([
    [0x00100020, 'LO'], [0x00280106, 'US_SS'], [0x7fe00010, 'OB_OW'], [0x00283006, 'US_OW'], [0x60023000, 'OB_OW'],
    [0x00203102, 'CS'], [0x00090010, 'LO'], [0x00091001, undefined], [0x00100000, 'UL'], [0x00189999, undefined],
  ] as const)('%s is %s', (tag, vr) => expect(dictionaryVr(tag)).toBe(vr)); // prettier-ignore

  it('depends on the sign of the pixels', () => {
    expect([vrForImplicit(0x00280106, false), vrForImplicit(0x00280106, true)]).toEqual(['US', 'SS']);
    expect(vrForImplicit(0x7fe00010, false)).toBe('OW');
    expect(vrForImplicit(0x00091001, false)).toBe('UN');
  });

  it('a value too long for 16 bits of length is UN', async () => {
    const head = Buffer.from('0800810000000100', 'hex'); // (0008,0081) ST, 65536 bytes
    const out = await converted(Buffer.concat([head, Buffer.alloc(65_536, 0x41)]), {
      transferSyntax: ImplicitLittleEndian,
    });
    expect(out.subarray(0, 12).toString('hex')).toBe('08008100554e000000000100');
    expect(out).toHaveLength(12 + 65_536);
  });
});

describe('a deflated data set', () => {
  const transferSyntax = DeflatedExplicitLittleEndian;
  const plain = writeDataset(ATTRIBUTES, ExplicitLittleEndian);

  it('is inflated as it comes', async () => {
    expect((await converted(deflateRawSync(plain), { transferSyntax }, () => 100)).equals(plain)).toBe(true);
  });

  it.each([
    ['a bomb', deflateRawSync(Buffer.alloc(10_000_000)), 'limit'],
    ['one that is cut', deflateRawSync(plain).subarray(0, 100), 'malformed'],
    ['none', Buffer.alloc(100, 0xff), 'malformed'],
  ])('%s ends by an error', async (_, bytes, kind) => {
    const result = converted(bytes, { transferSyntax, maxInflatedBytes: 1_000_000 }, () => 1000);
    await expect(result).rejects.toMatchObject({ kind });
  });
});

it.each([ImplicitLittleEndian, ExplicitBigEndian])(
  '3000 mutations of %s: encoded or a DatasetError',
  async (transferSyntax) => {
    const original = writeDataset({ ...ATTRIBUTES, [Tag.PixelData]: undefined }, ImplicitLittleEndian);
    const random = seededRandom(1);
    const outcomes = { encoded: 0, refused: 0 };
    for (let round = 0; round < 3000; round += 1) {
      const bytes = mutated(original, random);
      try {
        // 12 bytes of head for each 8, and the delimiters: never much more than came.
        expect((await converted(bytes, { transferSyntax }, () => 33)).length).toBeLessThan(bytes.length * 4 + 64);
        outcomes.encoded += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(DatasetError);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.refused).toBeGreaterThan(100);
    if (transferSyntax === ImplicitLittleEndian) expect(outcomes.encoded).toBeGreaterThan(100);
  },
);

it('nesting without end is refused', async () => {
  const deep = Buffer.concat(
    Array.from({ length: 10_000 }, () => Buffer.from('400030a7fffffffffeff00e0ffffffff', 'hex')),
  );
  await expect(converted(deep, { transferSyntax: ImplicitLittleEndian }, () => 999)).rejects.toMatchObject({
    kind: 'limit',
  });
});
