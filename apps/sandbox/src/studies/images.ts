import type { Attribute } from './dicom-writer.js';
import { type ImageContext, grey12 } from './image-context.js';
import { grey16, grey8, type ImageSize, rgb8 } from './pixels.js';
import { mammogram, projection } from './projections.js';
import { code, type ImageModality } from './sop-classes.js';

interface ImageKind {
  /** What such an image measures in a hospital; the default of the generator is 64×64. */
  readonly realSize: ImageSize;
  readonly realFrames: number;
  readonly multiFrame: boolean;
  /** French study description, with accents on purpose. */
  readonly description: string;
  attributes(context: ImageContext): Attribute[];
}

const square = (side: number): ImageSize => ({ rows: side, columns: side });

/** Image Plane and Frame of Reference modules (PS3.3 C.7.6.2, C.7.4.1): axial slices, 3 mm apart. */
const slice = ({ instance, size, frameOfReference }: ImageContext): Attribute[] => [
  [0x0018_0050, 'DS', '3'],
  [0x0020_0012, 'IS', 1],
  [0x0020_0032, 'DS', ['-180', '-180', instance * 3]],
  [0x0020_0037, 'DS', ['1', '0', '0', '0', '1', '0']],
  [0x0020_0052, 'UI', frameOfReference],
  [0x0020_1040, 'LO', ''],
  [0x0020_1041, 'DS', instance * 3],
  [0x0028_0030, 'DS', [(360 / size.columns).toFixed(5), (360 / size.rows).toFixed(5)]],
];

/** Image modules of each modality beyond the common ones, as dciodvfy asks for them. */
export const IMAGES: Readonly<Record<ImageModality, ImageKind>> = {
  CT: {
    realSize: square(512),
    realFrames: 1,
    multiFrame: false,
    description: 'Scanner thoraco-abdominal à jeun',
    attributes: (context) => [
      [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY', 'AXIAL']],
      [0x0018_0015, 'CS', 'CHEST'],
      [0x0018_0060, 'DS', '120'],
      [0x0018_5100, 'CS', 'HFS'],
      ...slice(context),
      [0x0028_1050, 'DS', '40'],
      [0x0028_1051, 'DS', '400'],
      [0x0028_1052, 'DS', '-1024'],
      [0x0028_1053, 'DS', '1'],
      [0x0028_1054, 'LO', 'HU'],
      ...grey12(context),
    ],
  },
  MR: {
    realSize: square(320),
    realFrames: 1,
    multiFrame: false,
    description: 'IRM cérébrale',
    attributes: (context) => [
      [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY', 'OTHER']],
      [0x0018_0015, 'CS', 'BRAIN'],
      [0x0018_0020, 'CS', 'SE'],
      [0x0018_0021, 'CS', 'NONE'],
      [0x0018_0022, 'CS', ''],
      [0x0018_0023, 'CS', '2D'],
      [0x0018_0080, 'DS', '500'],
      [0x0018_0081, 'DS', '15'],
      [0x0018_0091, 'IS', 1],
      [0x0018_5100, 'CS', 'HFS'],
      ...slice(context),
      ...grey12(context),
    ],
  },
  DX: {
    realSize: square(2800),
    realFrames: 1,
    multiFrame: false,
    description: 'Radiographie du thorax, contrôle après opération',
    attributes: (context) => [
      ...projection,
      [0x0008_2218, 'SQ', [code('51185008', 'SCT', 'Chest')]],
      [0x0018_0015, 'CS', 'CHEST'],
      [0x0018_1164, 'DS', ['0.15', '0.15']],
      [0x0020_0020, 'CS', ['L', 'F']],
      [0x0020_0062, 'CS', 'U'],
      [0x0028_0301, 'CS', 'NO'],
      ...grey12(context),
    ],
  },
  MG: {
    realSize: { rows: 7168, columns: 3584 },
    realFrames: 1,
    multiFrame: false,
    description: 'Mammographie de dépistage',
    attributes: mammogram,
  },
  US: {
    realSize: { rows: 600, columns: 800 },
    realFrames: 40,
    multiFrame: true,
    description: 'Échographie abdominale',
    attributes: (context) => [
      [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY', 'ABDOMINAL']],
      [0x0018_1063, 'DS', '33'],
      [0x0020_0020, 'CS', ''],
      [0x0020_0060, 'CS', ''],
      [0x0028_0008, 'IS', context.frames],
      [0x0028_0009, 'AT', 0x0018_1063],
      [0x0028_0014, 'US', 0],
      [0x0028_2110, 'CS', '00'],
      ...rgb8(context),
    ],
  },
  XA: {
    realSize: square(1024),
    realFrames: 60,
    multiFrame: true,
    description: 'Coronarographie du réseau gauche',
    attributes: (context) => [
      [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY', 'SINGLE PLANE']],
      [0x0018_0060, 'DS', '80'],
      [0x0018_1063, 'DS', '66.7'],
      [0x0018_1110, 'DS', '1000'],
      [0x0018_1111, 'DS', '750'],
      [0x0018_1150, 'IS', 4000],
      [0x0018_1151, 'IS', 700],
      [0x0018_1152, 'IS', ''],
      [0x0018_1155, 'CS', 'GR'],
      [0x0018_1500, 'CS', 'STATIONARY'],
      [0x0018_1510, 'DS', '0'],
      [0x0018_1511, 'DS', '0'],
      [0x0020_0020, 'CS', ''],
      [0x0020_0060, 'CS', ''],
      [0x0028_0008, 'IS', context.frames],
      [0x0028_0009, 'AT', 0x0018_1063],
      [0x0028_1040, 'CS', 'LIN'],
      ...grey8(context),
    ],
  },
  NM: {
    realSize: square(128),
    realFrames: 120,
    multiFrame: true,
    description: 'Scintigraphie osseuse corps entier, temps précoce',
    attributes: (context) => [
      [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY', 'WHOLE BODY', 'EMISSION']],
      [0x0018_0070, 'IS', 500_000],
      [0x0018_1242, 'IS', 1000],
      [0x0018_1300, 'DS', ''],
      [0x0018_1302, 'IS', ''],
      [0x0020_0020, 'CS', ''],
      [0x0020_0060, 'CS', ''],
      [0x0028_0008, 'IS', context.frames],
      [0x0028_0009, 'AT', [0x0054_0010, 0x0054_0020]],
      [0x0028_0030, 'DS', ['4.4', '4.4']],
      [0x0054_0010, 'US', Array.from({ length: context.frames }, () => 1)],
      [0x0054_0011, 'US', 1],
      [0x0054_0012, 'SQ', []],
      [0x0054_0016, 'SQ', []],
      [0x0054_0020, 'US', Array.from({ length: context.frames }, () => 1)],
      [0x0054_0021, 'US', 1],
      [0x0054_0022, 'SQ', []],
      [0x0054_0410, 'SQ', []],
      [0x0054_0414, 'SQ', []],
      ...grey16(context, 16),
    ],
  },
  PT: {
    realSize: square(168),
    realFrames: 1,
    multiFrame: false,
    description: "TEP au FDG, bilan d'extension à distance",
    attributes: (context) => [
      [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY']],
      [0x0018_1181, 'CS', 'NONE'],
      [0x0018_1242, 'IS', 120_000],
      [0x0020_0060, 'CS', ''],
      ...slice(context),
      [0x0028_0051, 'CS', ['DECY', 'ATTN']],
      [0x0028_1052, 'DS', '0'],
      [0x0028_1053, 'DS', '1'],
      [0x0054_0016, 'SQ', []],
      [0x0054_0081, 'US', context.instances],
      [0x0054_0410, 'SQ', []],
      [0x0054_0414, 'SQ', []],
      [0x0054_1000, 'CS', ['STATIC', 'IMAGE']],
      [0x0054_1001, 'CS', 'BQML'],
      [0x0054_1002, 'CS', 'EMISSION'],
      [0x0054_1101, 'LO', 'measured'],
      [0x0054_1102, 'CS', 'START'],
      [0x0054_1300, 'DS', '60000'],
      [0x0054_1321, 'DS', '1'],
      [0x0054_1330, 'US', context.instance],
      ...grey16(context, 16),
    ],
  },
};
