import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testObject } from '../testing/objects.js';
import { run, temporaryFolder } from '../testing/peers.js';
import { TransferSyntax } from '../uids.js';
import { DatasetError } from './dataset-error.js';
import { readPart10 } from './part10.js';
import { readDataset } from './read-dataset.js';
import { Tag } from './tags.js';
import { cleanText, cutText, cutToVr, utf8Size } from './text.js';
import { type Attributes, writeDataset } from './write-dataset.js';

const EXPLICIT = TransferSyntax.ExplicitLittleEndian;
const IMPLICIT = TransferSyntax.ImplicitLittleEndian;

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const nested: Attributes = {
  [Tag.SpecificCharacterSet]: 'ISO_IR 100',
  [Tag.SOPInstanceUID]: '1.2.3',
  [Tag.PatientName]: 'LEFÈVRE^Hélène',
  [Tag.OtherPatientNames]: ['^Hélène', 'DUPONT^Hélène'],
  [Tag.PatientComments]: 'a\\b\nc',
  [Tag.SeriesNumber]: -7,
  [Tag.Rows]: 512,
  [Tag.AccessionNumber]: '',
  [Tag.ReferencedStudySequence]: [],
  [Tag.ContentSequence]: [
    {
      [Tag.TextValue]: 'extérieur',
      [Tag.ContentSequence]: [{ [Tag.SpecificCharacterSet]: 'ISO_IR 192', [Tag.TextValue]: 'œ à Łódź' }],
    },
    { [Tag.ConceptNameCodeSequence]: [{ [Tag.CodeMeaning]: 'é' }] },
  ],
};

function checkNested(bytes: Buffer, transferSyntax: string): void {
  const read = readDataset(bytes, { transferSyntax });
  expect(read.getString(Tag.PatientName)).toBe('LEFÈVRE^Hélène');
  expect(read.getStrings(Tag.OtherPatientNames)).toEqual(['^Hélène', 'DUPONT^Hélène']);
  expect(read.getString(Tag.PatientComments)).toBe('a\\b\nc');
  expect(read.getInt(Tag.SeriesNumber)).toBe(-7);
  expect(read.getInt(Tag.Rows)).toBe(512);
  expect(read.getString(Tag.AccessionNumber)).toBeUndefined();
  expect(read.has(Tag.AccessionNumber)).toBe(true);
  expect(read.has(Tag.StudyID)).toBe(false);
  expect(read.getItems(Tag.ReferencedStudySequence)).toEqual([]);
  const [first, second] = read.getItems(Tag.ContentSequence);
  expect(first?.getString(Tag.TextValue)).toBe('extérieur');
  expect(first?.getItems(Tag.ContentSequence)[0]?.getString(Tag.TextValue)).toBe('œ à Łódź');
  expect(second?.getItems(Tag.ConceptNameCodeSequence)[0]?.getString(Tag.CodeMeaning)).toBe('é');
}

describe('data sets', () => {
  it.each([EXPLICIT, IMPLICIT])('%s: read as written, nested character sets included', (transferSyntax) => {
    checkNested(writeDataset(nested, transferSyntax), transferSyntax);
  });

  it.each([
    ['explicit LE, undefined lengths', ['+te', '-e']],
    ['explicit LE, defined lengths', ['+te', '+e']],
    ['implicit LE, undefined lengths', ['+ti', '-e']],
    ['explicit BE', ['+tb', '-e']],
  ])('%s: read as dcmtk writes it', async (_, options) => {
    const folder = temporaryFolder();
    const [input, output] = [path.join(folder, 'in.dcm'), path.join(folder, 'out.dcm')];
    writeFileSync(input, testObject({ ...nested, [Tag.StudyInstanceUID]: '1.2' }));
    const converted = await run('dcmconv', [...options, input, output]);
    expect(converted).toEqual({ code: 0, output: '' });
    const { dataset, transferSyntax, meta } = readPart10(readFileSync(output));
    expect(meta.getString(Tag.MediaStorageSOPInstanceUID)).toBe('1.2.3');
    expect(dataset.getString(Tag.StudyInstanceUID)).toBe('1.2');
    const file = readFileSync(output);
    const start = 132 + 12 + (meta.getInt(Tag.FileMetaInformationGroupLength) ?? 0);
    checkNested(file.subarray(start), transferSyntax);
    rmSync(folder, { recursive: true });
  });

  it('stops before pixel data when asked, and reads encapsulated ones without touching them', () => {
    const head = writeDataset({ [Tag.Rows]: 2 }, EXPLICIT);
    const pixels = Buffer.concat([
      hex('e07f1000 4f42 0000 ffffffff'),
      hex('feff00e0 00000000'),
      hex('feff00e0 04000000 aabbccdd'),
      hex('feffdde0 00000000'),
    ]);
    const bytes = Buffer.concat([head, pixels]);
    expect(readDataset(bytes, { transferSyntax: EXPLICIT, untilTag: Tag.PixelData }).has(Tag.PixelData)).toBe(false);
    const whole = readDataset(bytes, { transferSyntax: '1.2.840.10008.1.2.4.80' });
    expect(whole.getBytes(Tag.PixelData)?.subarray(-4)).toEqual(hex('aabbccdd'));
  });

  it('reads UN of undefined length as an implicit sequence (CP-246)', () => {
    const item = writeDataset({ [Tag.CodeValue]: 'T1' }, IMPLICIT);
    const itemHead = hex('feff00e0 ffffffff');
    const ends = hex('feff0de000000000 feffdde000000000');
    const bytes = Buffer.concat([hex('09001010 554e 0000 ffffffff'), itemHead, item, ends]);
    const [code] = readDataset(bytes, { transferSyntax: EXPLICIT }).getItems(0x00091010);
    expect(code?.getString(Tag.CodeValue)).toBe('T1');
  });

  it.each<[string, Buffer, object, string]>([
    ['a length past the end', hex('10002000 4c4f ff00 41'), {}, '(0010,0020): value runs past its end'],
    ['an unknown VR', hex('10002000 5a5a 0200 4142'), {}, '(0010,0020): unknown VR'],
    [
      'a repeated element',
      Buffer.concat(Array(2).fill(writeDataset({ [Tag.PatientID]: 'A' }, EXPLICIT)) as Buffer[]),
      {},
      'element repeated',
    ],
    ['a stray delimiter', hex('feff0de0 00000000'), {}, 'delimiter out of place'],
    ['an endless sequence', hex('400030a7 5351 0000 ffffffff'), {}, 'sequence without its end'],
    ['too many elements', writeDataset(nested, EXPLICIT), { maxElements: 3 }, 'too many elements'],
    ['too deep', writeDataset(nested, EXPLICIT), { maxDepth: 1 }, 'sequences nested too deep'],
    ['too large', writeDataset(nested, EXPLICIT), { maxBytes: 10 }, 'data set too large'],
    ['a private syntax', Buffer.alloc(0), { transferSyntax: '1.2.3' }, 'transfer syntax not supported'],
    [
      'deflated bytes that are not',
      hex('ffff'),
      { transferSyntax: TransferSyntax.DeflatedExplicitLittleEndian },
      'no deflate stream',
    ],
  ])('refuses %s', (_, bytes, options, message) => {
    expect(() => readDataset(bytes, { transferSyntax: EXPLICIT, ...options })).toThrow(message);
    expect(() => readDataset(bytes, { transferSyntax: EXPLICIT, ...options })).toThrow(DatasetError);
  });

  it('reads text without a charset as the site says it is', () => {
    const bytes = hex('10001000 504e 0200 c9c9');
    expect(readDataset(bytes, { transferSyntax: EXPLICIT }).getString(Tag.PatientName)).toBe('\ufffd\ufffd');
    expect(
      readDataset(bytes, { transferSyntax: EXPLICIT, assumedCharset: 'ISO_IR 100' }).getString(Tag.PatientName),
    ).toBe('ÉÉ');
  });

  it.each<[string, Attributes, string]>([
    [
      'an identifier too long for its VR',
      { [Tag.AccessionNumber]: 'A'.repeat(17) },
      '(0008,0050): longer than SH allows',
    ],
    ['a separator inside a value', { [Tag.PatientID]: 'A\\B' }, '(0010,0020): forbidden character'],
    ['a control character', { [Tag.StudyDescription]: 'A\u0007' }, 'forbidden character'],
    ['text outside its charset', { [Tag.StudyDescription]: 'é' }, 'text does not fit the character set'],
    ['a number out of its VR', { [Tag.Rows]: 70_000 }, 'not a value for US'],
    ['an element without a known VR', { [0x00091001]: 'x' }, 'not in the dictionary'],
  ])('does not write %s, and says which without its value', (_, attributes, message) => {
    expect(() => writeDataset(attributes, EXPLICIT)).toThrow(message);
  });

  it('pads to even length: UIDs with NUL, text with a space', () => {
    const bytes = writeDataset({ [Tag.SOPInstanceUID]: '1.2', [Tag.PatientID]: 'A' }, EXPLICIT);
    expect(bytes.toString('latin1')).toContain('UI\x04\x001.2\x00');
    expect(bytes.toString('latin1')).toContain('LO\x02\x00A ');
  });
});

describe('fitting text', () => {
  it('cuts at characters, never inside one', () => {
    expect(cutText('Hélène', 3)).toBe('Hél');
    expect(cutText('He\u0301le\u0300ne', 4)).toBe('Hélè');
    expect(cutText('x🇫🇷y', 2)).toBe('x');
    expect(cutText('aé', 2, utf8Size)).toBe('a');
    expect(cutText('ab cd', 3)).toBe('ab');
    expect(cutToVr('a'.repeat(70), 'LO')).toHaveLength(64);
    expect(cutToVr('a'.repeat(70), 'UT')).toHaveLength(70);
  });

  it('cleans what a value may not hold', () => {
    expect(cleanText(' IRM\r\n du \\ genou\u0092 ', 'LO')).toBe('IRM du genou');
    expect(cleanText('a\r\nb\\c', 'LT')).toBe('a \nb\\c');
    expect(cleanText('\ud83d', 'LO')).toBe('\ufffd');
  });
});
