import type { Attribute } from './dicom-writer.js';
import { code } from './sop-classes.js';
import type { TestPatient } from './test-patient.js';

/** Texts that run as script where a page takes them for markup: in an element, in an attribute, as an address. */
export const HOSTILE = {
  element: '<img src=x onerror=hacked=1>',
  attribute: '"><script>hacked()</script>',
  address: 'javascript:hacked=1',
  /** At most 16 characters, for short values. */
  short: '<svg onload=h=1>',
} as const;

const { element, attribute, address, short } = HOSTILE;

/** Every text of the objects of a study that names or describes something, whoever shows it. */
export const hostileAttributes: readonly Attribute[] = [
  [0x0008_0070, 'LO', element],
  [0x0008_0080, 'LO', attribute],
  [0x0008_0081, 'ST', element],
  [0x0008_0090, 'PN', `${element}^${address}`],
  [0x0008_1010, 'SH', short],
  [0x0008_1030, 'LO', attribute],
  [0x0008_103e, 'LO', element],
  [0x0008_1040, 'LO', address],
  [0x0008_1048, 'PN', attribute],
  [0x0008_1050, 'PN', element],
  [0x0008_1060, 'PN', element],
  [0x0008_1070, 'PN', attribute],
  [0x0008_1090, 'LO', attribute],
  [0x0008_2111, 'ST', element],
  [0x0010_2180, 'SH', short],
  [0x0010_21b0, 'LT', attribute],
  [0x0010_4000, 'LT', element],
  [0x0018_0010, 'LO', element],
  [0x0018_0015, 'CS', short.toUpperCase()],
  [0x0018_1000, 'LO', attribute],
  [0x0018_1020, 'LO', address],
  [0x0018_1030, 'LO', element],
  [0x0018_5101, 'CS', short.toUpperCase()],
  [0x0020_0062, 'CS', short.toUpperCase()],
  [0x0020_4000, 'LT', attribute],
  [0x0028_1054, 'LO', element],
  [0x0028_1055, 'LO', [element, attribute]],
  [0x0032_1060, 'LO', attribute],
  [0x0032_4000, 'LT', element],
  [0x0040_0254, 'LO', element],
  [0x0040_0280, 'ST', attribute],
  [0x0040_2400, 'LT', element],
];

/** What a structured report says, its concepts included. */
export const hostileReport: readonly Attribute[] = [
  ...hostileAttributes,
  [0x0040_a043, 'SQ', [code(short, short, element)]],
  [
    0x0040_a730,
    'SQ',
    [
      [
        [0x0040_a010, 'CS', 'CONTAINS'],
        [0x0040_a040, 'CS', 'TEXT'],
        [0x0040_a043, 'SQ', [code('121071', 'DCM', attribute)]],
        [0x0040_a160, 'UT', `${element}${attribute} ${address}`],
      ],
      [
        [0x0040_a010, 'CS', 'CONTAINS'],
        [0x0040_a040, 'CS', 'PNAME'],
        [0x0040_a043, 'SQ', [code('121008', 'DCM', element)]],
        [0x0040_a123, 'PN', `${attribute}^${element}`],
      ],
    ],
  ],
];

/** A patient whose names are such texts: letters that a name has no use for, and that a RIS may send all the same. */
export const hostilePatient = (patient: TestPatient): TestPatient => ({
  ...patient,
  birthFamily: element,
  birthGivens: `${attribute} ${address}`,
  firstGiven: attribute,
  usedFamily: attribute,
  usedGiven: element,
});
