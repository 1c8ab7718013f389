import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPart10 } from '../dataset/part10.js';
import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { TransferSyntax } from '../uids.js';
import { DicomDirectory } from './dicomdir.js';
import type { DirectoryFile } from './directory-record.js';

const dir = mkdtempSync(join(tmpdir(), 'dicomdir-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const { ExplicitLittleEndian } = TransferSyntax;
const CT = '1.2.840.10008.5.1.4.1.1.2';
const KO = '1.2.840.10008.5.1.4.1.1.88.59';

/** An object of an invented patient. */
function fileOf(series: number, instance: number, sopClass = CT, over: Attributes = {}): DirectoryFile {
  const bytes = writeDataset(
    {
      [Tag.SpecificCharacterSet]: 'ISO_IR 192',
      [Tag.StudyDate]: '20260105',
      [Tag.StudyTime]: '101500',
      [Tag.AccessionNumber]: 'A1',
      [Tag.Modality]: sopClass === KO ? 'KO' : 'CT',
      [Tag.StudyDescription]: 'Scanner, côté gauche',
      [Tag.PatientName]: 'ESSAI^ZOÉ',
      [Tag.PatientID]: 'P1',
      [Tag.StudyInstanceUID]: '1.2.3',
      [Tag.SeriesInstanceUID]: `1.2.3.${series}`,
      [Tag.SeriesNumber]: String(series),
      [Tag.InstanceNumber]: String(instance),
      ...over,
    },
    ExplicitLittleEndian,
  );
  return {
    path: ['DICOM', `S${series}`, `I${instance}`],
    sopClass,
    sopInstance: `1.2.3.${series}.${instance}`,
    transferSyntax: ExplicitLittleEndian,
    head: readDataset(bytes, { transferSyntax: ExplicitLittleEndian }),
  };
}

function directory(): Buffer {
  const made = new DicomDirectory();
  made.add(fileOf(1, 1));
  made.add(fileOf(2, 1, KO, { [Tag.ContentDate]: '20260105', [Tag.ContentTime]: '101501' }));
  // Out of order: still in its series.
  made.add(fileOf(1, 2));
  return made.file('DRIMBOX');
}

it('leads by its offsets from patient to file, each once', () => {
  const file = directory();
  const { dataset } = readPart10(file);
  const at = (offset: number): ReturnType<typeof readDataset> => {
    expect(file.readUInt32LE(offset)).toBe(0xe000fffe);
    const length = file.readUInt32LE(offset + 4);
    return readDataset(file.subarray(offset + 8, offset + 8 + length), { transferSyntax: ExplicitLittleEndian });
  };
  const told: string[] = [];
  const walk = (offset: number, depth: number): void => {
    if (offset === 0) return;
    const record = at(offset);
    told.push(
      `${' '.repeat(depth)}${record.getString(Tag.DirectoryRecordType)} ${record.getStrings(Tag.ReferencedFileID).join('/')}`.trimEnd(),
    );
    walk(record.getInt(Tag.OffsetOfReferencedLowerLevelDirectoryEntity) ?? 0, depth + 1);
    walk(record.getInt(Tag.OffsetOfTheNextDirectoryRecord) ?? 0, depth);
  };
  walk(dataset.getInt(Tag.OffsetOfTheFirstDirectoryRecord) ?? 0, 0);
  expect(told).toEqual([
    'PATIENT',
    ' STUDY',
    '  SERIES',
    '   IMAGE DICOM/S1/I1',
    '   IMAGE DICOM/S1/I2',
    '  SERIES',
    '   KEY OBJECT DOC DICOM/S2/I1',
  ]);
});

it('is read by dcmtk, accents included', () => {
  const path = join(dir, 'DICOMDIR');
  writeFileSync(path, directory());
  const dumped = execFileSync('dcmdump', ['+U8', '-q', path], { encoding: 'utf8' });
  expect(dumped).toContain('[ESSAI^ZOÉ]');
  expect(dumped.match(/DirectoryRecordType/g)).toHaveLength(7);
});

it.each([[['dicom']], [['A', '..']], [['ABCDEFGHI']], [Array.from({ length: 9 }, () => 'A')]])(
  'refuses the path %j',
  (path) => expect(() => new DicomDirectory().add({ ...fileOf(1, 1), path })).toThrow(RangeError),
);
