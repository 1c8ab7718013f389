import { hash } from 'node:crypto';
import { type Attribute, part10 } from './dicom-writer.js';
import { keyObject, type Referenced, structuredReport } from './documents.js';
import { IMAGES } from './images.js';
import { accessionOf, derivedUids, hashedUid, ISSUER, numberedUids, patientIdOf } from './numbering.js';
import type { ImageSize } from './pixels.js';
import { code, type ImageModality, type Modality, SOP_CLASS } from './sop-classes.js';
import type { Instance, Series, SeriesOptions, Study, StudyOptions } from './study-shape.js';
import { PAT_TROIS, type TestPatient } from './test-patient.js';

export type { Instance, Series, SeriesOptions, Study, StudyOptions } from './study-shape.js';

const SMALL: ImageSize = { rows: 64, columns: 64 };
const SMALL_FRAMES = 2;
/** Said in every object: a test identity must be recognised as one wherever it ends up. */
const TEST_NOTICE = 'IDENTITÉ DE TEST - données fictives';

/**
 * A study of synthetic, standard-conformant objects. Pure: the same options give the same UIDs and bytes. Objects are
 * written when asked for (`file()`), so a study of realistic size costs memory one object at a time. A series of modality
 * KO or SR refers to all images of the series before it.
 */
export function generateStudy(options: StudyOptions): Study {
  const { number = 101, seed = 'drimbox', patient = PAT_TROIS, date = '20260105', time = '101500' } = options;
  const uids = options.studyUid === undefined ? numberedUids(number) : derivedUids(options.studyUid, seed);
  const study = {
    uid: uids.study,
    accession: options.accession ?? accessionOf(number),
    patientId: options.patientId ?? patientIdOf(number),
    patient,
    description: options.description ?? descriptionOf(options.series),
    date,
    time,
  };
  const charset = options.charset ?? 'ISO_IR 100';
  const images: Referenced[] = [];
  const series = options.series.map((wanted, index): Series => {
    const seriesNumber = index + 1;
    const uid = uids.series(seriesNumber);
    const label = wanted.description ?? `${wanted.modality} série ${seriesNumber}`;
    const head = { ...wanted, uid, number: seriesNumber, label, frameOfReference: hashedUid(seed, uid, 'frame') };
    const earlier = [...images];
    const instances = Array.from({ length: wanted.instances ?? 1 }, (_, at): Instance => {
      const sopInstanceUid = uids.instance(seriesNumber, at + 1);
      const sopClassUid = SOP_CLASS[wanted.modality];
      const frames = framesOf(wanted);
      return {
        seriesUid: uid,
        sopClassUid,
        sopInstanceUid,
        number: at + 1,
        ...(frames === undefined ? {} : { frames }),
        file: () =>
          part10(sopClassUid, sopInstanceUid, charset, [
            [0x0008_0005, 'CS', charset],
            [0x0008_0016, 'UI', sopClassUid],
            [0x0008_0018, 'UI', sopInstanceUid],
            ...patientAndStudy(study, options.insInObjects ?? true),
            ...seriesAndEquipment(study, head),
            [0x0020_0013, 'IS', at + 1],
            ...content(study.uid, head, at + 1, earlier, seedNumber(seed, sopInstanceUid)),
            ...(wanted.attributes ?? []),
          ]),
      };
    });
    if (isImage(wanted.modality)) images.push(...instances);
    return { uid, number: seriesNumber, modality: wanted.modality, description: label, instances };
  });
  return { ...study, series };
}

/** All objects of a study, series after series. */
export const instancesOf = (study: Study): Instance[] => study.series.flatMap((series) => series.instances);

type StudyHead = Omit<Study, 'series'>;
type SeriesHead = SeriesOptions & { uid: string; number: number; label: string; frameOfReference: string };

const isImage = (modality: Modality): modality is ImageModality => modality in IMAGES;

function framesOf({ modality, size, frames }: SeriesOptions): number | undefined {
  if (!isImage(modality) || !IMAGES[modality].multiFrame) return undefined;
  return frames ?? (size === 'real' ? IMAGES[modality].realFrames : SMALL_FRAMES);
}

function descriptionOf(series: readonly SeriesOptions[]): string {
  const first = series.map(({ modality }) => modality).find(isImage);
  return first === undefined ? 'Documents de référence' : IMAGES[first].description;
}

const seedNumber = (...parts: string[]): number => Number.parseInt(hash('sha256', parts.join('/')).slice(0, 7), 16);

/** Patient and General Study modules (PS3.3 C.7.1.1, C.7.2.1). */
function patientAndStudy(
  { uid, accession, patientId, patient, description, date, time }: StudyHead,
  withIns: boolean,
): Attribute[] {
  return [
    [0x0008_0020, 'DA', date],
    [0x0008_0030, 'TM', time],
    [0x0008_0050, 'SH', accession],
    [0x0008_0051, 'SQ', [universal(ISSUER.accession)]],
    [0x0008_0090, 'PN', 'LEFÈVRE^HÉLÈNE'],
    [0x0008_1030, 'LO', description],
    [0x0010_0010, 'PN', `${patient.birthFamily}^${patient.firstGiven}`],
    [0x0010_0020, 'LO', patientId],
    [0x0010_0024, 'SQ', [universal(ISSUER.patientId)]],
    [0x0010_0030, 'DA', patient.birthDate],
    [0x0010_0040, 'CS', patient.sex],
    ...(withIns ? [otherPatientIds(patient)] : []),
    [0x0010_4000, 'LT', TEST_NOTICE],
    [0x0020_000d, 'UI', uid],
    [0x0020_0010, 'SH', accession],
  ];
}

/** The INS beside the local id (drimbox-rules §7.4). */
const otherPatientIds = ({ ins, insOid }: TestPatient): Attribute => [
  0x0010_1002,
  'SQ',
  [
    [
      [0x0010_0020, 'LO', ins],
      [0x0010_0022, 'CS', 'TEXT'],
      [0x0010_0024, 'SQ', [universal(insOid)]],
    ],
  ],
];

const universal = (oid: string): Attribute[] => [
  [0x0040_0032, 'UT', oid],
  [0x0040_0033, 'CS', 'ISO'],
];

/** General Series, General Equipment and date attributes of General Image or SR Document General. */
function seriesAndEquipment({ date, time, description }: StudyHead, series: SeriesHead): Attribute[] {
  const { uid, number, modality, label } = series;
  return [
    [0x0008_0021, 'DA', date],
    [0x0008_0022, 'DA', date],
    [0x0008_0023, 'DA', date],
    [0x0008_0031, 'TM', time],
    [0x0008_0032, 'TM', time],
    [0x0008_0033, 'TM', time],
    [0x0008_0060, 'CS', modality],
    [0x0008_0070, 'LO', 'Fabricant de référence'],
    [0x0008_0080, 'LO', "Centre d'imagerie de test"],
    [0x0008_103e, 'LO', label],
    [0x0008_1090, 'LO', 'SANDBOX'],
    [0x0018_1000, 'LO', 'SN0001'],
    [0x0018_1020, 'LO', '1.0'],
    [0x0020_000e, 'UI', uid],
    [0x0020_0011, 'IS', number],
    [
      0x0040_0275,
      'SQ',
      [
        [
          [0x0032_1060, 'LO', description],
          [0x0032_1064, 'SQ', [code('EXAM', '99SANDBOX', description)]],
          [0x0040_0009, 'SH', `SPS${number}`],
          [0x0040_1001, 'SH', `RP${number}`],
        ],
      ],
    ],
  ];
}

function content(
  studyUid: string,
  series: SeriesHead,
  instance: number,
  images: readonly Referenced[],
  seed: number,
): Attribute[] {
  const { modality, size = SMALL, instances = 1, frameOfReference } = series;
  if (modality === 'KO' && images.length === 0) throw new Error('a Key Object needs images before it in the study');
  if (!isImage(modality)) return (modality === 'SR' ? structuredReport : keyObject)(studyUid, images);
  const kind = IMAGES[modality];
  return kind.attributes({
    instance,
    instances,
    size: size === 'real' ? kind.realSize : size,
    frames: framesOf(series) ?? 1,
    seed,
    frameOfReference,
    ...(series.pattern && { pattern: series.pattern }),
  });
}
