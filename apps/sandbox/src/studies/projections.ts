import type { Attribute, DataSet } from './dicom-writer.js';
import { grey12, type ImageContext } from './image-context.js';
import { code } from './sop-classes.js';

/** DX Image module and what comes with it (PS3.3 C.8.11.3), shared by DX and MG. */
export const projection: Attribute[] = [
  [0x0008_0008, 'CS', ['ORIGINAL', 'PRIMARY', '']],
  [0x0008_0068, 'CS', 'FOR PRESENTATION'],
  [0x0018_7004, 'CS', 'DIRECT'],
  [0x0028_1040, 'CS', 'LOG'],
  [0x0028_1041, 'SS', 1],
  [0x0028_1050, 'DS', '2048'],
  [0x0028_1051, 'DS', '4096'],
  [0x0028_1052, 'DS', '0'],
  [0x0028_1053, 'DS', '1'],
  [0x0028_1054, 'LO', 'US'],
  [0x0028_2110, 'CS', '00'],
  [0x0040_0555, 'SQ', []],
  [0x2050_0020, 'CS', 'IDENTITY'],
];

const MG_VIEWS = [
  { side: 'R', view: 'CC', orientation: ['P', 'L'] },
  { side: 'L', view: 'CC', orientation: ['A', 'R'] },
  { side: 'R', view: 'MLO', orientation: ['P', 'FL'] },
  { side: 'L', view: 'MLO', orientation: ['A', 'FR'] },
] as const;

const MG_VIEW_CODE: Record<'CC' | 'MLO', DataSet> = {
  CC: code('399162004', 'SCT', 'cranio-caudal'),
  MLO: code('399368009', 'SCT', 'medio-lateral oblique'),
};

/** Mammography Image module (PS3.3 C.8.11.7): the four usual views in turn. */
export function mammogram(context: ImageContext): Attribute[] {
  const { side, view, orientation } = MG_VIEWS[(context.instance - 1) % MG_VIEWS.length] ?? MG_VIEWS[0];
  return [
    ...projection,
    [0x0008_2218, 'SQ', [code('76752008', 'SCT', 'Breast')]],
    [0x0018_0015, 'CS', 'BREAST'],
    [0x0018_1164, 'DS', ['0.05', '0.05']],
    [0x0018_1508, 'CS', 'MAMMOGRAPHIC'],
    [0x0018_5101, 'CS', view],
    [0x0020_0020, 'CS', orientation],
    [0x0020_0062, 'CS', side],
    [0x0028_0300, 'CS', 'NO'],
    [0x0028_0301, 'CS', 'YES'],
    [0x0040_0318, 'CS', 'BREAST'],
    [0x0054_0220, 'SQ', [[...MG_VIEW_CODE[view], [0x0054_0222, 'SQ', []]]]],
    ...grey12(context),
  ];
}
