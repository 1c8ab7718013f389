import { type DicomJson, item, number, text, texts } from './dicom-json.js';
import type { ImageFacts, Window } from './image-facts.js';

export const SUV = 'SUVbw';
const GRAMS = 1000;

/**
 * What the rescaled values of a PET image are multiplied with to be standardised uptake values by body weight, in g/ml
 * (PS3.3 §C.8.9.1.1.3; method of the QIBA FDG-PET profile). Undefined where the object does not say all that is needed: values then
 * keep the unit they have.
 */
export function suvFactor(dataset: DicomJson): number | undefined {
  if (text(dataset, '00080060') !== 'PT') return undefined;
  const units = text(dataset, '00541001');
  if (units === 'GML') return (text(dataset, '00541006') ?? 'BW') === 'BW' ? 1 : undefined;
  const corrected = texts(dataset, '00280051');
  if (units !== 'BQML' || !corrected.includes('ATTN') || !corrected.includes('DECY')) return undefined;
  const tracer = item(dataset, '00540016');
  const [kilograms, dose] = [number(dataset, '00101030'), number(tracer, '00181074')];
  if (!kilograms || !dose || kilograms <= 0 || dose <= 0) return undefined;
  const left = decayLeft(dataset, tracer);
  return left === undefined ? undefined : (kilograms * GRAMS) / (dose * left);
}

/** What is left of the dose at the time to which the pixels were corrected: 1 at the time it was given. */
function decayLeft(dataset: DicomJson, tracer: DicomJson | undefined): number | undefined {
  const correction = text(dataset, '00541102');
  if (correction === 'ADMIN') return 1;
  const halfLife = number(tracer, '00181075');
  const scan = scanStart(dataset);
  if (correction !== 'START' || !halfLife || halfLife <= 0 || scan === undefined) return undefined;
  const stamp = text(tracer, '00181078');
  const time = text(tracer, '00181072');
  // Of the time alone the day is that of the scan.
  const given = stamp ? secondsOf(stamp) : time ? secondsOf((text(dataset, '00080021') ?? '') + time) : undefined;
  if (given === undefined || given > scan) return undefined;
  return 2 ** (-(scan - given) / halfLife);
}

/** Series Date and Time, when it is not later than the image: then it is the time of a reconstruction, and nothing is known. */
function scanStart(dataset: DicomJson): number | undefined {
  const series = secondsOf((text(dataset, '00080021') ?? '') + (text(dataset, '00080031') ?? ''));
  const acquired = secondsOf((text(dataset, '00080022') ?? '') + (text(dataset, '00080032') ?? ''));
  return series !== undefined && (acquired === undefined || series <= acquired) ? series : undefined;
}

/** Seconds of `YYYYMMDDHHMMSS.FFFFFF` (PS3.5 §6.2, VR DT). An offset from UTC is refused: the other times have none. */
function secondsOf(stamp: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d{1,6})?)$/.exec(stamp.trim());
  if (!found) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute) / 1000 + second;
}

/** The same image in standardised uptake values: its rescaling and its windows. */
export function toSuv(facts: ImageFacts, factor: number): ImageFacts {
  return {
    ...facts,
    slope: facts.slope * factor,
    intercept: facts.intercept * factor,
    units: SUV,
    windows: facts.windows.map((window) => scaled(window, factor, facts.windowFunction)),
    windowFunction: facts.windowFunction === 'SIGMOID' ? 'SIGMOID' : 'LINEAR_EXACT',
  };
}

/** In values of a few units, half a unit of LINEAR would be seen: the window is given exactly (PS3.3 §C.11.2.1.3.2). */
function scaled({ center, width, ...rest }: Window, factor: number, form: string): Window {
  if (form !== 'LINEAR') return { ...rest, center: center * factor, width: width * factor };
  return { ...rest, center: (center - 0.5) * factor, width: Math.max(width - 1, 1) * factor };
}
