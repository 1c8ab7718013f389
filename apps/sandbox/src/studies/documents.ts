import type { Attribute, DataSet } from './dicom-writer.js';
import { code } from './sop-classes.js';

/** An instance a document refers to. */
export interface Referenced {
  readonly seriesUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

const sopReference = ({ sopClassUid, sopInstanceUid }: Referenced): DataSet => [
  [0x0008_1150, 'UI', sopClassUid],
  [0x0008_1155, 'UI', sopInstanceUid],
];

/** Current Requested Procedure Evidence Sequence: one study, its series, their instances (PS3.3 C.17.2). */
function evidence(studyUid: string, references: readonly Referenced[]): Attribute {
  const bySeries = new Map<string, DataSet[]>();
  for (const reference of references) {
    bySeries.set(reference.seriesUid, [...(bySeries.get(reference.seriesUid) ?? []), sopReference(reference)]);
  }
  const series: DataSet[] = [...bySeries].map(([seriesUid, instances]) => [
    [0x0008_1199, 'SQ', instances],
    [0x0020_000e, 'UI', seriesUid],
  ]);
  const study: DataSet = [
    [0x0008_1115, 'SQ', series],
    [0x0020_000d, 'UI', studyUid],
  ];
  return [0x0040_a375, 'SQ', [study]];
}

const text = (concept: DataSet, value: string): DataSet => [
  [0x0040_a010, 'CS', 'CONTAINS'],
  [0x0040_a040, 'CS', 'TEXT'],
  [0x0040_a043, 'SQ', [concept]],
  [0x0040_a160, 'UT', value],
];

const image = (reference: Referenced): DataSet => [
  [0x0008_1199, 'SQ', [sopReference(reference)]],
  [0x0040_a010, 'CS', 'CONTAINS'],
  [0x0040_a040, 'CS', 'IMAGE'],
];

const container = (title: DataSet, content: readonly DataSet[]): Attribute[] => [
  [0x0040_a040, 'CS', 'CONTAINER'],
  [0x0040_a043, 'SQ', [title]],
  [0x0040_a050, 'CS', 'SEPARATE'],
  [0x0040_a730, 'SQ', content],
];

/** A Basic Text SR (PS3.3 A.35.1) that names the images it is about. */
export const structuredReport = (studyUid: string, images: readonly Referenced[]): Attribute[] => [
  [0x0008_1111, 'SQ', []],
  [0x0040_a372, 'SQ', []],
  ...(images.length === 0 ? [] : [evidence(studyUid, images)]),
  [0x0040_a491, 'CS', 'COMPLETE'],
  [0x0040_a493, 'CS', 'UNVERIFIED'],
  ...container(code('18748-4', 'LN', 'Diagnostic Imaging Report'), [
    text(code('121071', 'DCM', 'Finding'), "Absence d'anomalie décelée : donnée fictive."),
    ...images.map(image),
  ]),
];

/** A Key Object Selection (PS3.3 A.35.4, TID 2010) of title "Of Interest": the images a radiologist pointed out. */
export const keyObject = (studyUid: string, images: readonly Referenced[]): Attribute[] => [
  [0x0008_1111, 'SQ', []],
  evidence(studyUid, images),
  ...container(code('113000', 'DCM', 'Of Interest'), [
    ...images.map(image),
    text(code('113012', 'DCM', 'Key Object Description'), 'Images clés relevées à la lecture'),
  ]),
  [
    0x0040_a504,
    'SQ',
    [
      [
        [0x0008_0105, 'CS', 'DCMR'],
        [0x0040_db00, 'CS', '2010'],
      ],
    ],
  ],
];
