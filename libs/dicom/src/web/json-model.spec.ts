import { readDataset } from '../dataset/read-dataset.js';
import { Tag } from '../dataset/tags.js';
import { type Attributes, writeDataset } from '../dataset/write-dataset.js';
import { TransferSyntax } from '../uids.js';
import { capabilitiesWadl } from './capabilities.js';
import { jsonModel, type JsonDataset, type JsonOptions } from './json-model.js';

const transferSyntax = TransferSyntax.ExplicitLittleEndian;
const json = (attributes: Attributes, more = Buffer.alloc(0), options: JsonOptions = {}): JsonDataset =>
  jsonModel(readDataset(Buffer.concat([writeDataset(attributes, transferSyntax), more]), { transferSyntax }), options);

it('text by its own character set, inside of items too; names by group; numbers as numbers', () => {
  expect(
    json({
      [Tag.SpecificCharacterSet]: 'ISO_IR 100',
      [Tag.ReferringPhysicianName]: 'GARÇON^Zoé=漢'.replace('漢', 'x'),
      [Tag.ReferencedStudySequence]: [
        { [Tag.SpecificCharacterSet]: 'ISO_IR 192', [Tag.StudyDescription]: 'œsophage' },
        { [Tag.StudyDescription]: 'fémur' },
      ],
      [Tag.PatientName]: '',
      [Tag.OtherPatientNames]: ['A', '', 'B'],
      [Tag.SeriesNumber]: '12',
      [Tag.Rows]: 512,
    }),
  ).toEqual({
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '00080090': { vr: 'PN', Value: [{ Alphabetic: 'GARÇON^Zoé', Ideographic: 'x' }] },
    '00081110': {
      vr: 'SQ',
      Value: [
        { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, '00081030': { vr: 'LO', Value: ['œsophage'] } },
        { '00081030': { vr: 'LO', Value: ['fémur'] } },
      ],
    },
    '00100010': { vr: 'PN' },
    '00101001': { vr: 'PN', Value: [{ Alphabetic: 'A' }, null, { Alphabetic: 'B' }] },
    '00200011': { vr: 'IS', Value: [12] },
    '00280010': { vr: 'US', Value: [512] },
  });
});

it('tags, 64-bit numbers, floats, binary in line or by address, group lengths left out', () => {
  const raw = Buffer.concat(
    [
      '2800000055 4c0400 10000000', // group length
      '2800090041 540400 18006310', // AT
      '2800101055 560000 10000000 ffffffffffffffff 0700000000000000', // UV
      '2800111046 440800 000000000000f83f', // FD 1.5
      '2800121044 530600 312e35302020', // DS
      '2800131044 530400 6e616e20', // DS that is no number
      '280014104f 420000 02000000 0102', // OB
      '280015104f 420000 04000000 01020304',
      '2800161053 510000 00000000',
    ].map((text) => Buffer.from(text.replaceAll(' ', ''), 'hex')),
  );
  expect(json({}, raw, { maxInlineBytes: 3, bulkDataUri: (path) => `bulk/${path}` })).toEqual({
    '00280009': { vr: 'AT', Value: ['00181063'] },
    '00281010': { vr: 'UV', Value: ['18446744073709551615', 7] },
    '00281011': { vr: 'FD', Value: [1.5] },
    '00281012': { vr: 'DS', Value: [1.5] },
    '00281013': { vr: 'DS', Value: ['nan'] },
    '00281014': { vr: 'OB', InlineBinary: 'AQI=' },
    '00281015': { vr: 'OB', BulkDataURI: 'bulk/00281015' },
    '00281016': { vr: 'SQ' },
  });
  expect(json({}, raw, { maxInlineBytes: 3 })).not.toHaveProperty('00281015');
});

it('capabilities name each resource, its parameters and its media types', () => {
  const wadl = capabilitiesWadl({
    baseUrl: 'https://db.example/drim-so/v1/rs?a&b',
    resources: [
      {
        path: 'studies/{StudyInstanceUID}',
        id: 'RetrieveStudy',
        representations: ['multipart/related; type="application/dicom"'],
        headers: [{ name: 'KOS-SOPInstanceUID', required: true }],
        statuses: [200, 406],
      },
    ],
  });
  expect(wadl).toContain('<resources base="https://db.example/drim-so/v1/rs?a&amp;b">');
  expect(wadl).toContain('<param name="StudyInstanceUID" style="template" type="xsd:string" required="true"/>');
  expect(wadl).toContain('<param name="KOS-SOPInstanceUID" style="header" type="xsd:string" required="true"/>');
  expect(wadl).toContain('mediaType="multipart/related; type=&quot;application/dicom&quot;"');
  expect(wadl).toContain('<response status="406"/>');
});
