import {
  type Attributes,
  type Dataset,
  elementHead,
  type HeadEdit,
  itemHead,
  openPart10,
  readDataset,
  sequenceDelimiter,
  Tag,
  type Wish,
  writeDataset,
} from '@drimbox/dicom';
import { CodecPool } from '../pool/codec-pool.js';
import { Syntax } from '../syntaxes.js';
import { image, nativePixels } from '../testing/images.js';
import { chunked, collected, nativeOf, SOP_CLASS, SOP_INSTANCE, testDataset } from '../testing/objects.js';
import { outgoingObject, type OutgoingOptions, type Outgoing } from './outgoing-object.js';

const pool = new CodecPool({ threads: 2 });
afterAll(() => pool.close());

const { ExplicitLittleEndian: EXPLICIT } = Syntax;
const IMPLICIT = '1.2.840.10008.1.2';
const MPEG4 = '1.2.840.10008.1.2.4.102';
/** A national test identity. */
const ins = { value: '277076322082910', oid: '1.2.250.1.213.1.4.10' };

const wishes = (...uids: string[]): Wish[] =>
  uids.map((transferSyntax, index) => ({
    transferSyntax,
    q: 1 - index / 100,
    mediaType: 'application/dicom',
    form: 'multipart',
  }));

const outgoing = (
  dataset: Buffer | AsyncIterable<Buffer>,
  stored: string,
  more: Partial<OutgoingOptions>,
): Promise<Outgoing> =>
  outgoingObject(
    {
      sopClass: SOP_CLASS,
      sopInstance: SOP_INSTANCE,
      transferSyntax: stored,
      dataset: Buffer.isBuffer(dataset) ? chunked(dataset) : dataset,
    },
    { pool, wishes: [], ...more },
  );

async function sent(dataset: Buffer, stored: string, more: Partial<OutgoingOptions>): Promise<Buffer> {
  const result = await outgoing(dataset, stored, more);
  if (!result.ok) throw new Error('not acceptable');
  return collected(result.file);
}

function datasetOf(file: Buffer): Dataset {
  const { bytes, transferSyntax } = openPart10(file);
  return readDataset(bytes, { transferSyntax });
}

const grey = image({ frames: 5 });
const pixels = Buffer.concat(Array.from({ length: 5 }, (_, index) => nativePixels(grey, 'smooth', index + 1)));
const dataset = testDataset(grey, pixels);

it('what the client takes leaves byte for byte, with its INS alone', async () => {
  const file = await sent(dataset, EXPLICIT, { wishes: wishes(EXPLICIT), ins });
  const { bytes, transferSyntax } = openPart10(file);
  expect(transferSyntax).toBe(EXPLICIT);
  const [item] = datasetOf(file).getItems(Tag.OtherPatientIDsSequence);
  expect(item?.getString(Tag.PatientID)).toBe(ins.value);
  const added = bytes.length - dataset.length;
  const at = bytes.indexOf(Buffer.from('10000210', 'hex'));
  expect(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + added)]).equals(dataset)).toBe(true);
});

it('a pass-through pulls nothing before it is read', async () => {
  let pulled = 0;
  const source = (async function* () {
    for await (const chunk of chunked(dataset)) {
      pulled += 1;
      yield chunk;
    }
  })();
  const result = await outgoing(source, EXPLICIT, { wishes: wishes(EXPLICIT), ins });
  expect([result.ok && result.action, pulled]).toEqual(['pass', 0]);
  if (!result.ok) return;
  await result.file.next();
  await result.file.next();
  expect(pulled).toBe(1);
  await result.file.return();
});

it.each([Syntax.JpegLs, Syntax.JpegLosslessSv1, Syntax.Jpeg2000, Syntax.Htj2kLossless, Syntax.Rle])(
  'uncompressed leaves as %s when compression is wished, and comes back pixel by pixel',
  async (syntax) => {
    const file = await sent(dataset, EXPLICIT, { wishes: wishes(syntax, EXPLICIT), compress: true, ins });
    expect(file.length).toBeLessThan(dataset.length);
    const { bytes, transferSyntax } = openPart10(file);
    expect(transferSyntax).toBe(syntax);
    const back = await sent(bytes, syntax, { wishes: wishes(EXPLICIT) });
    expect(nativeOf(back).pixels.equals(pixels)).toBe(true);
    const read = datasetOf(back);
    expect(read.getItems(Tag.OtherPatientIDsSequence)[0]?.getString(Tag.PatientID)).toBe(ins.value);
    expect(read.getString(Tag.PatientName)).toBe('TEST^Hélène');
    expect([read.has(0x00282110), read.getString(Tag.SOPInstanceUID)]).toEqual([false, SOP_INSTANCE]);
  },
);

it('implicit VR leaves compressed or re-encoded', async () => {
  const attributes: Attributes = {
    [Tag.SOPInstanceUID]: SOP_INSTANCE, [Tag.PatientID]: 'IPP1', [Tag.SamplesPerPixel]: 1, [Tag.PhotometricInterpretation]: 'MONOCHROME2',
    [Tag.NumberOfFrames]: '5', [Tag.Rows]: grey.rows, [Tag.Columns]: grey.columns, [Tag.BitsAllocated]: 16, [Tag.BitsStored]: 12,
    [Tag.HighBit]: 11, [Tag.PixelRepresentation]: 0, [Tag.PixelData]: pixels,
  }; // prettier-ignore
  const implicit = writeDataset(attributes, IMPLICIT);
  const plain = await sent(implicit, IMPLICIT, { wishes: wishes(EXPLICIT) });
  expect(openPart10(plain).bytes.equals(writeDataset(attributes, EXPLICIT))).toBe(true);
  const small = await sent(implicit, IMPLICIT, { wishes: wishes(Syntax.JpegLs, EXPLICIT), compress: true });
  const back = await sent(openPart10(small).bytes, Syntax.JpegLs, { wishes: wishes(EXPLICIT) });
  expect(nativeOf(back).pixels.equals(pixels)).toBe(true);
});

it('.90 is sent as .91 without being touched', async () => {
  const j2k = openPart10(await sent(dataset, EXPLICIT, { wishes: wishes(Syntax.Jpeg2000Lossless) })).bytes;
  const file = openPart10(await sent(j2k, Syntax.Jpeg2000Lossless, { wishes: wishes(Syntax.Jpeg2000) }));
  expect([file.transferSyntax, file.bytes.equals(j2k)]).toEqual([Syntax.Jpeg2000, true]);
});

it('pixels that lose something are marked, and stay so', async () => {
  const edits: HeadEdit[] = [
    { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\AXIAL' },
    { tag: 0x00282112, vr: 'DS', value: '2.5' },
    { tag: 0x00282114, vr: 'CS', value: 'ISO_14495_1' },
  ];
  const colour = image({ bitsStored: 8, samples: 3 });
  const source = testDataset(colour, nativePixels(colour), {}, edits);
  const file = await sent(source, EXPLICIT, { wishes: wishes(Syntax.JpegBaseline) });
  const read = datasetOf(file);
  expect(read.getStrings(0x00080008)).toEqual(['DERIVED', 'PRIMARY', 'AXIAL']);
  expect(read.getString(0x00282110)).toBe('01');
  expect(read.getStrings(0x00282112)).toEqual(['2.5', expect.stringMatching(/^\d+\.\d\d$/)]);
  expect(read.getStrings(0x00282114)).toEqual(['ISO_14495_1', 'ISO_10918_1']);
  expect([read.getString(Tag.PhotometricInterpretation), read.getInt(0x00280006)]).toEqual(['YBR_FULL_422', 0]);
  const back = datasetOf(await sent(openPart10(file).bytes, Syntax.JpegBaseline, { wishes: wishes(EXPLICIT) }));
  expect([back.getString(Tag.PhotometricInterpretation), back.getString(0x00282110)]).toEqual(['RGB', '01']);
});

it('what follows the pixels stays, but signatures of other bytes', async () => {
  const private1 = writeDataset({}, EXPLICIT);
  const after = Buffer.concat([private1, elementHead(0x7fe10010, 'LO', 4), Buffer.from('MINE')]);
  const signatures = Buffer.concat([elementHead(0xfffafffa, 'SQ', 0)]);
  const file = await sent(Buffer.concat([dataset, after, signatures]), EXPLICIT, { wishes: wishes(Syntax.JpegLs) });
  const read = datasetOf(file);
  expect([read.getString(0x7fe10010), read.has(0xfffafffa)]).toEqual(['MINE', false]);
});

describe('not acceptable', () => {
  it('video that the client does not take; it passes to who does', async () => {
    const video = Buffer.concat([dataset.subarray(0, dataset.length - pixels.length - 12), elementHead(Tag.PixelData, 'OB', 0xffffffff), itemHead(0), itemHead(4), Buffer.from('mpeg'), sequenceDelimiter()]); // prettier-ignore
    expect(await outgoing(video, MPEG4, { wishes: wishes(EXPLICIT, Syntax.JpegBaseline) })).toEqual({
      ok: false,
      reason: 'not-acceptable',
    });
    expect(openPart10(await sent(video, MPEG4, { wishes: wishes(EXPLICIT, MPEG4) })).bytes.equals(video)).toBe(true);
  });

  it('pixels that fit no syntax of the client', async () => {
    expect(await outgoing(dataset, EXPLICIT, { wishes: wishes(Syntax.JpegBaseline) })).toMatchObject({ ok: false });
  });

  it('an object without an image passes though compression is wished', async () => {
    const report = writeDataset({ [Tag.SOPInstanceUID]: '1.2', [Tag.TextValue]: 'x' }, EXPLICIT);
    const file = await sent(report, EXPLICIT, { wishes: wishes(Syntax.JpegLs, EXPLICIT), compress: true });
    expect(openPart10(file).bytes.equals(report)).toBe(true);
  });
});

it('a source that breaks ends the file by its own error', async () => {
  const source = (async function* () {
    yield dataset.subarray(0, dataset.length - 1000);
    throw new Error('association aborted');
  })();
  const result = await outgoing(source, EXPLICIT, { wishes: wishes(Syntax.JpegLs) });
  if (!result.ok) throw new Error('not acceptable');
  await expect(collected(result.file)).rejects.toThrow('association aborted');
});

it('memory is a few frames, not the object: frames are pulled as the client reads', async () => {
  const frames = 64;
  let pulled = 0;
  const big = image({ frames, rows: 64, columns: 64 });
  const head = testDataset(big, Buffer.alloc(0)).subarray(0, -12);
  const source = (async function* () {
    yield Buffer.concat([head, elementHead(Tag.PixelData, 'OW', frames * 64 * 64 * 2)]);
    for (; pulled < frames; pulled += 1) yield Buffer.alloc(64 * 64 * 2, pulled);
  })();
  const result = await outgoing(source, EXPLICIT, { wishes: wishes(Syntax.JpegLs) });
  if (!result.ok) throw new Error('not acceptable');
  for (let chunk = 0; chunk < 4; chunk += 1) await result.file.next();
  expect(pulled).toBeLessThan(8);
  await result.file.return();
});
