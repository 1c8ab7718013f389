import type { ImageFacts, Window } from './image-facts.js';

/** Limits of a window as PS3.3 §C.11.2.1.2 names them; a table (VOI LUT) is applied to the pixels themselves, so its range is whole. */
export function windowOf(facts: ImageFacts): Window | undefined {
  const own = facts.windows[0];
  if (own) return own;
  if (!facts.voiTable) return undefined;
  const top = 2 ** facts.voiTable.bits;
  return { center: top / 2, width: top };
}

/** A table is used when the image gives no window: then pixels become its entries. */
export const appliesVoiTable = (facts: ImageFacts): boolean =>
  facts.windows.length === 0 && facts.voiTable !== undefined;

/** `half`: the same frame with half the rows and columns. */
export function metadataModule(type: string, facts: ImageFacts, half = false): object | undefined {
  const rows = half ? facts.rows >> 1 : facts.rows;
  const columns = half ? facts.columns >> 1 : facts.columns;
  const scale = half ? 2 : 1;
  switch (type) {
    case 'imagePixelModule':
      return {
        samplesPerPixel: facts.samples,
        photometricInterpretation: facts.photometric,
        planarConfiguration: facts.planar,
        rows,
        columns,
        bitsAllocated: facts.bitsAllocated,
        bitsStored: facts.bitsStored,
        highBit: facts.bitsStored - 1,
        pixelRepresentation: facts.signed ? 1 : 0,
        ...(facts.palette && {
          redPaletteColorLookupTableDescriptor: facts.palette.descriptors[0],
          greenPaletteColorLookupTableDescriptor: facts.palette.descriptors[1],
          bluePaletteColorLookupTableDescriptor: facts.palette.descriptors[2],
          redPaletteColorLookupTableData: facts.palette.entries[0],
          greenPaletteColorLookupTableData: facts.palette.entries[1],
          bluePaletteColorLookupTableData: facts.palette.entries[2],
        }),
      };
    case 'voiLutModule': {
      const window = windowOf(facts);
      return {
        ...(window && { windowCenter: [window.center], windowWidth: [window.width] }),
        // In this spelling the library takes a text; in the other one, the first of a list.
        voiLutFunction: facts.windowFunction,
      };
    }
    case 'modalityLutModule':
      // Colours and table values are not rescaled.
      if (facts.samples > 1 || facts.modalityTable) return {};
      return { rescaleSlope: facts.slope, rescaleIntercept: facts.intercept, rescaleType: facts.units };
    case 'imagePlaneModule':
      return plane(facts, rows, columns, scale);
    case 'generalSeriesModule':
      return { modality: facts.modality, seriesDescription: facts.description, seriesInstanceUID: seriesKey(facts) };
    case 'generalImageModule':
      return { sopInstanceUID: facts.instance, instanceNumber: facts.number };
    case 'sopCommonModule':
      return { sopClassUID: facts.sopClass, sopInstanceUID: facts.instance };
    case 'calibrationModule':
      if (!facts.spacing) return { type: 'Uncalibrated' };
      return facts.spacing.measuredAt === 'detector' ? { type: 'Proj' } : {};
    case 'petSeriesModule':
      return { units: facts.units };
    default:
      return undefined;
  }
}

/** Volumes are built of one series; its opaque name is enough. */
const seriesKey = (facts: ImageFacts): string => facts.frameOfReference ?? facts.description;

function plane(facts: ImageFacts, rows: number, columns: number, scale: number): object {
  const row = facts.rowDirection ?? [1, 0, 0];
  const column = facts.columnDirection ?? [0, 1, 0];
  const spacing = facts.spacing;
  const rowSpacing = (spacing?.row ?? 1) * scale;
  const columnSpacing = (spacing?.column ?? 1) * scale;
  // The centre of the first of the larger pixels lies half a small pixel further on both axes.
  const shift = scale === 1 ? 0 : 0.5;
  const [x, y, z] = facts.position ?? [0, 0, 0];
  const moved = (at: number, axis: 0 | 1 | 2): number =>
    at + shift * (row[axis] * (spacing?.column ?? 1) + column[axis] * (spacing?.row ?? 1));
  return {
    frameOfReferenceUID: facts.frameOfReference,
    rows,
    columns,
    imageOrientationPatient: [...row, ...column],
    rowCosines: row,
    columnCosines: column,
    imagePositionPatient: [moved(x, 0), moved(y, 1), moved(z, 2)],
    sliceThickness: facts.thickness,
    pixelSpacing: [rowSpacing, columnSpacing],
    rowPixelSpacing: rowSpacing,
    columnPixelSpacing: columnSpacing,
    // Lengths are then told in pixels.
    usingDefaultValues: !spacing,
  };
}
