import { binary, type DicomJson, item, items, number, numbers, text, texts } from './dicom-json.js';

export type Vector = readonly [number, number, number];

/** One table of a lookup (PS3.3 §C.11.1.1, C.11.2.1.1): value of the first entry, then the entries. */
export interface LookupTable {
  readonly firstValue: number;
  readonly bits: number;
  readonly entries: readonly number[];
  readonly explanation?: string;
}

/** Colours of a PALETTE COLOR image (PS3.3 §C.7.6.3.1.5): descriptors and entries of red, green and blue. */
export interface Palette {
  readonly descriptors: readonly [readonly number[], readonly number[], readonly number[]];
  readonly entries: readonly [readonly number[], readonly number[], readonly number[]];
}

/** Distance between pixels in mm, and where it was measured: in the patient, on the detector, or in an ultrasound region. */
export interface Spacing {
  readonly row: number;
  readonly column: number;
  readonly measuredAt: 'patient' | 'detector';
}

export interface Window {
  readonly center: number;
  readonly width: number;
  readonly explanation?: string;
}

/** What the viewer keeps of one frame's data set. */
export interface ImageFacts {
  /** Opaque id of the object, and number of the frame in it, from 1. */
  readonly instance: string;
  readonly frame: number;
  readonly frames: number;
  readonly sopClass: string;
  readonly modality: string;
  readonly description: string;
  readonly number?: number;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly photometric: string;
  readonly planar: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly windows: readonly Window[];
  readonly windowFunction: string;
  readonly voiTable?: LookupTable;
  readonly slope: number;
  readonly intercept: number;
  readonly units?: string;
  readonly modalityTable?: LookupTable;
  readonly palette?: Palette;
  readonly spacing?: Spacing;
  readonly position?: Vector;
  readonly rowDirection?: Vector;
  readonly columnDirection?: Vector;
  readonly frameOfReference?: string;
  readonly thickness?: number;
  /** (0020,0020): directions of rows and of columns, for an image without an orientation in space. */
  readonly patientOrientation?: readonly [string, string];
  readonly laterality?: string;
  readonly view?: string;
  /** Milliseconds between two frames. */
  readonly frameTime?: number;
  /** The object says that its pixels were altered by a compression at some time. */
  readonly lossy: boolean;
}

/** Is it an image? Rows and columns say it (PS3.3 §C.7.6.3). */
export const isImage = (dataset: DicomJson): boolean =>
  number(dataset, '00280010') !== undefined && number(dataset, '00280011') !== undefined;

export const frameCount = (dataset: DicomJson): number => Math.max(1, number(dataset, '00280008') ?? 1);

/** Facts of frame `frame` (from 1) of an image. Functional groups of an enhanced object (PS3.3 §C.7.6.16) go before its top level. */
export function readFacts(dataset: DicomJson, instance: string, frame = 1): ImageFacts {
  const own = items(dataset, '52009230')[frame - 1];
  const shared = item(dataset, '52009229');
  /** The group at `sequence` of this frame, else of all frames, else the top level. */
  const group = (sequence: string): DicomJson => item(own, sequence) ?? item(shared, sequence) ?? dataset;
  const rescale = group('00289145');
  const voi = group('00289132');
  const voiTable = lookupTable(item(voi, '00283010'));
  const modalityTable = lookupTable(item(rescale, '00283000'));
  const orientation = numbers(group('00209116'), '00200037');
  const known = orientation?.length === 6;
  const anatomy = group('00209071');
  return dropUndefined({
    instance,
    frame,
    frames: frameCount(dataset),
    sopClass: text(dataset, '00080016') ?? '',
    modality: text(dataset, '00080060') ?? '',
    description: text(dataset, '0008103E') ?? '',
    number: number(dataset, '00200013'),
    rows: number(dataset, '00280010') ?? 0,
    columns: number(dataset, '00280011') ?? 0,
    samples: number(dataset, '00280002') ?? 1,
    photometric: text(dataset, '00280004') ?? 'MONOCHROME2',
    planar: number(dataset, '00280006') ?? 0,
    bitsAllocated: number(dataset, '00280100') ?? 16,
    bitsStored: number(dataset, '00280101') ?? number(dataset, '00280100') ?? 16,
    signed: number(dataset, '00280103') === 1,
    windows: readWindows(voi),
    windowFunction: text(voi, '00281056') ?? 'LINEAR',
    voiTable,
    slope: number(rescale, '00281053') || 1,
    intercept: number(rescale, '00281052') ?? 0,
    units: text(rescale, '00281054') ?? text(dataset, '00541001'),
    modalityTable,
    palette: readPalette(dataset),
    spacing: readSpacing(dataset, group('00289110')),
    position: vector(numbers(group('00209113'), '00200032')),
    rowDirection: known ? vector(orientation.slice(0, 3)) : undefined,
    columnDirection: known ? vector(orientation.slice(3)) : undefined,
    frameOfReference: text(dataset, '00200052'),
    thickness: number(group('00289110'), '00180050'),
    patientOrientation: readPatientOrientation(dataset),
    laterality: text(anatomy, '00209072') ?? text(dataset, '00200062') ?? text(dataset, '00200060'),
    view: text(dataset, '00185101'),
    frameTime: number(dataset, '00181063') ?? rateToTime(number(dataset, '00180040')),
    lossy: text(dataset, '00282110') === '01',
  });
}

function readWindows(voi: DicomJson): Window[] {
  const centers = numbers(voi, '00281050') ?? [];
  const widths = numbers(voi, '00281051') ?? [];
  const explanations = texts(voi, '00281055');
  return centers.flatMap((center, index) => {
    const width = widths[index];
    if (width === undefined || width <= 0) return [];
    const explanation = explanations[index];
    return [{ center, width, ...(explanation && { explanation }) }];
  });
}

function lookupTable(sequenceItem: DicomJson | undefined): LookupTable | undefined {
  const descriptor = numbers(sequenceItem, '00283002');
  const entries = wordsOf(sequenceItem, '00283006', descriptor?.[2] ?? 16);
  if (!descriptor || !entries || entries.length === 0) return undefined;
  return dropUndefined({
    firstValue: descriptor[1] ?? 0,
    bits: descriptor[2] ?? 16,
    entries,
    explanation: text(sequenceItem, '00283003'),
  });
}

/** Entries given as numbers (US) or as little-endian bytes (OW); eight-bit entries may be packed two to a word. */
function wordsOf(dataset: DicomJson | undefined, tag: string, bits: number): readonly number[] | undefined {
  const bytes = binary(dataset, tag);
  if (!bytes) return numbers(dataset, tag);
  if (bits <= 8) return Array.from(bytes);
  return Array.from({ length: bytes.length >> 1 }, (_, at) => (bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8));
}

function readPalette(dataset: DicomJson): Palette | undefined {
  if (text(dataset, '00280004') !== 'PALETTE COLOR') return undefined;
  const colour = (descriptorTag: string, dataTag: string): [readonly number[], readonly number[]] => {
    const descriptor = numbers(dataset, descriptorTag) ?? [0, 0, 16];
    return [descriptor, wordsOf(dataset, dataTag, descriptor[2] ?? 16) ?? []];
  };
  const [red, green, blue] = [
    colour('00281101', '00281201'),
    colour('00281102', '00281202'),
    colour('00281103', '00281203'),
  ];
  return { descriptors: [red[0], green[0], blue[0]], entries: [red[1], green[1], blue[1]] };
}

const CENTIMETRES = 3;

function readSpacing(dataset: DicomJson, measures: DicomJson): Spacing | undefined {
  const patient = pair(numbers(measures, '00280030'));
  if (patient) return { row: patient[0], column: patient[1], measuredAt: 'patient' };
  // One region in centimetres covers the measurable part of an ultrasound image (PS3.3 §C.8.5.5); several do not compare.
  const regions = items(dataset, '00186011').filter((region) => number(region, '00186024') === CENTIMETRES);
  const [dx, dy] = [number(regions[0], '0018602C'), number(regions[0], '0018602E')];
  if (regions.length === 1 && dx && dy) return { row: dy * 10, column: dx * 10, measuredAt: 'patient' };
  const detector = pair(numbers(dataset, '00181164'));
  return detector && { row: detector[0], column: detector[1], measuredAt: 'detector' };
}

function readPatientOrientation(dataset: DicomJson): readonly [string, string] | undefined {
  const [rows, columns] = texts(dataset, '00200020');
  return rows && columns ? [rows, columns] : undefined;
}

const rateToTime = (perSecond: number | undefined): number | undefined =>
  perSecond !== undefined && perSecond > 0 ? 1000 / perSecond : undefined;

const vector = (values: readonly number[] | undefined): Vector | undefined =>
  values?.length === 3 ? [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0] : undefined;

const pair = (values: readonly number[] | undefined): readonly [number, number] | undefined => {
  const [first, second] = values ?? [];
  return first !== undefined && second !== undefined && first > 0 && second > 0 ? [first, second] : undefined;
};

/** Thousands of these are kept: an absent fact takes no place. */
function dropUndefined<T extends object>(facts: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
}
