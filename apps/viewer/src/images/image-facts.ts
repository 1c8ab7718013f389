import { type DicomJson, item, items, number, numbers, text, texts } from './dicom-json.js';
import { dropUndefined } from './drop-undefined.js';
import { type OverlayPlane, readOverlays } from './overlay-planes.js';
import { nuclearPlane } from './nuclear-plane.js';
import { suvFactor, toSuv } from './suv.js';
import { lookupTable, type LookupTable, type Palette, paletteOf } from './tables.js';

export type { LookupTable, Palette } from './tables.js';
export type Vector = readonly [number, number, number];

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
  /** Place of a frame among those of its object, slowest index first (PS3.3 §C.7.6.17); absent where the order is that of the frames. */
  readonly order?: readonly number[];
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
  /** Drawings over the pixels (60xx). */
  readonly overlays?: readonly OverlayPlane[];
  /** The object says that its pixels were altered by a compression at some time. */
  readonly lossy: boolean;
}

/** Is it an image? Rows and columns say it (PS3.3 §C.7.6.3). */
export const isImage = (dataset: DicomJson): boolean =>
  number(dataset, '00280010') !== undefined && number(dataset, '00280011') !== undefined;

export const frameCount = (dataset: DicomJson): number => Math.max(1, number(dataset, '00280008') ?? 1);

/** Facts of frame `frame` (from 1) of an image. Functional groups of an enhanced object (PS3.3 §C.7.6.16) go before its top level. */
export function readFacts(dataset: DicomJson, instance: string, frame = 1): ImageFacts {
  const own = ownGroups(dataset, frame);
  const shared = item(dataset, '52009229');
  /** The group at `sequence` of this frame, else of all frames, else the top level. */
  const group = (sequence: string): DicomJson => item(own, sequence) ?? item(shared, sequence) ?? dataset;
  const rescale = group('00289145');
  const voi = group('00289132');
  const voiTable = lookupTable(item(voi, '00283010'));
  const modalityTable = lookupTable(item(rescale, '00283000'));
  const nuclear = nuclearPlane(dataset, frame);
  const orientation = numbers(group('00209116'), '00200037') ?? nuclear?.orientation;
  const known = orientation?.length === 6;
  const anatomy = group('00209071');
  const facts = dropUndefined<ImageFacts>({
    instance,
    frame,
    frames: frameCount(dataset),
    order: readOrder(item(own, '00209111')),
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
    palette: paletteOf(dataset),
    spacing: readSpacing(dataset, group('00289110')),
    position: vector(numbers(group('00209113'), '00200032')) ?? nuclear?.position,
    rowDirection: known ? vector(orientation.slice(0, 3)) : undefined,
    columnDirection: known ? vector(orientation.slice(3)) : undefined,
    frameOfReference: text(dataset, '00200052'),
    thickness: number(group('00289110'), '00180050'),
    patientOrientation: readPatientOrientation(dataset),
    laterality: text(anatomy, '00209072') ?? text(dataset, '00200062') ?? text(dataset, '00200060'),
    view: text(dataset, '00185101') ?? viewName(item(dataset, '00540220')),
    frameTime: frameTimeOf(dataset),
    overlays: readOverlays(dataset, frame),
    lossy: text(dataset, '00282110') === '01',
  });
  const factor = suvFactor(dataset);
  return factor === undefined ? facts : toSuv(facts, factor);
}

/** Functional groups of one frame: one item a frame (PS3.3 §C.7.6.16.1.2), taken by its place because there may be thousands. */
function ownGroups(dataset: DicomJson, frame: number): DicomJson | undefined {
  const own = dataset['52009230']?.Value?.[frame - 1];
  return typeof own === 'object' && own !== null ? (own as DicomJson) : undefined;
}

/** Dimension Index Values, else the position in the stack. */
function readOrder(content: DicomJson | undefined): readonly number[] | undefined {
  const inStack = number(content, '00209057');
  return numbers(content, '00209157') ?? (inStack === undefined ? undefined : [inStack]);
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

/** Milliseconds between two frames (PS3.3 §C.7.6.5.1), and what the maker recommends before what was acquired. */
function frameTimeOf(dataset: DicomJson): number | undefined {
  return (
    rateToTime(number(dataset, '00082144')) ??
    number(dataset, '00181063') ??
    rateToTime(number(dataset, '00180040')) ??
    numbers(dataset, '00181065')?.find((milliseconds) => milliseconds > 0)
  );
}

/** Codes of the usual views of a mammogram (PS3.16 CID 4014), by code value of SNOMED CT and of SRT. */
const VIEWS: Readonly<Record<string, string>> = {
  '399368009': 'MLO',
  'R-10226': 'MLO',
  '399162004': 'CC',
  'R-10242': 'CC',
  '399260004': 'ML',
  'R-10224': 'ML',
  '399352003': 'LM',
  'R-10228': 'LM',
};

const viewName = (code: DicomJson | undefined): string | undefined =>
  VIEWS[text(code, '00080100') ?? ''] ?? text(code, '00080104');

const rateToTime = (perSecond: number | undefined): number | undefined =>
  perSecond !== undefined && perSecond > 0 ? 1000 / perSecond : undefined;

const vector = (values: readonly number[] | undefined): Vector | undefined =>
  values?.length === 3 ? [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0] : undefined;

const pair = (values: readonly number[] | undefined): readonly [number, number] | undefined => {
  const [first, second] = values ?? [];
  return first !== undefined && second !== undefined && first > 0 && second > 0 ? [first, second] : undefined;
};
