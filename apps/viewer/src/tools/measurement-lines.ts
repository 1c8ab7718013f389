import { words } from '../i18n/i18n.js';
import type { ImageFacts } from '../images/image-facts.js';
import type { PrimaryTool } from './tool-groups.js';

/** What a tool of the library computed on an image. */
interface Stats {
  readonly length?: number;
  readonly unit?: string;
  readonly angle?: number;
  readonly index?: readonly number[];
  readonly value?: number | readonly number[];
  readonly area?: number;
  readonly areaUnit?: string;
  readonly mean?: number | readonly number[];
  readonly stdDev?: number | readonly number[];
  readonly min?: number | readonly number[];
  readonly max?: number | readonly number[];
}

interface Measured {
  readonly cachedStats: Readonly<Record<string, Stats | undefined>>;
}

export type LinesOf = (data: Measured, target: string | readonly string[]) => string[];

/** Facts of what a measurement stands on: `imageId:…` or `volumeId:…`. */
export type FactsOfTarget = (target: string) => ImageFacts | undefined;

/** Words beside a measurement, in the language in use; undefined for a tool that measures nothing. */
export function measurementLines(tool: PrimaryTool, factsOf: FactsOfTarget): LinesOf | undefined {
  const write = LINES[tool];
  return (
    write &&
    ((data, target) => {
      const on = typeof target === 'string' ? target : (target[0] ?? '');
      const stats = data.cachedStats[on];
      return stats ? write(stats, valueUnit(factsOf(on))) : [];
    })
  );
}

/** Unit of the values of an image: what it says (0028,1054), (0054,1001); Hounsfield units of a scanner that says nothing. */
export function valueUnit(facts: ImageFacts | undefined): string {
  if (!facts || facts.samples > 1) return '';
  const said = facts.units === 'US' ? '' : facts.units;
  return unitText(said ?? (facts.modality === 'CT' ? 'HU' : ''));
}

const LINES: Partial<Record<PrimaryTool, (stats: Stats, unit: string) => string[]>> = {
  length: ({ length, unit }) => (known(length) ? [`${words.number(length, 1)} ${unitText(unit)}`] : []),
  cobb: ({ angle }) => (known(angle) ? [`${words.number(angle, 1)}°`] : []),
  angle: ({ angle }) => (known(angle) ? [`${words.number(angle, 1)}°`] : []),
  probe: ({ index, value }, valuesIn) =>
    index && measurable(value) ? [`${index[0]}, ${index[1]}`, `${valueText(value)} ${valuesIn}`.trim()] : [],
  ellipse: region,
  rectangle: region,
};

function region({ area, areaUnit, mean, stdDev, min, max }: Stats, unit: string): string[] {
  const line = (key: 'mean' | 'deviation' | 'minimum' | 'maximum', value: Stats['mean']): string[] =>
    !measurable(mean) || !measurable(value) ? [] : [`${words.say(key)} : ${valueText(value)} ${unit}`.trim()];
  return [
    ...(known(area) ? [`${words.say('area')} : ${words.number(area, 1)} ${unitText(areaUnit)}`] : []),
    ...line('mean', mean),
    ...line('deviation', stdDev),
    ...line('minimum', min),
    ...line('maximum', max),
  ];
}

const known = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** A value that has not been decoded yet is NaN; a mean of such values too, whatever their extremes. */
const measurable = (value: Stats['value']): value is number | readonly number[] =>
  value !== undefined && value !== null && [value].flat().every(Number.isFinite);

const valueText = (value: number | readonly number[]): string =>
  [value]
    .flat()
    .map((each) => words.number(each, Number.isInteger(each) ? 0 : 1))
    .join(' / ');

/** Units of the library in our words; `Proj` marks a distance measured on the detector, larger than in the patient. */
function unitText(unit: string | undefined): string {
  if (unit === 'HU') return words.say('hounsfield');
  if (unit === 'BQML') return 'Bq/ml';
  return unit?.replace(' Proj', ` (${words.say('atDetector')})`) ?? '';
}
