import type { ExamIdentity, ViewSeries, ViewSeriesList } from '@drimbox/contracts';
import type { OpaqueIds } from './opaque-ids.js';

type FactInstance = ExamIdentity['series'][number]['instances'][number];

/** A series that a view shows: what is asked of the PACS for it, and its words. */
export interface CatalogueSeries {
  readonly info: ViewSeries;
  /** Whole series, or single instances for key images, which may lie in several series. */
  readonly parts: readonly {
    readonly series: string;
    readonly instance?: string;
    readonly expected?: number;
  }[];
  /** SOP Instance UIDs by opaque id, each with its series. */
  readonly instances: ReadonlyMap<string, { readonly uid: string; readonly series: string }>;
}

const KEY_OBJECT = '1.2.840.10008.5.1.4.1.1.88.59';
/** Documents, presentation states, plans: PS3.4 Table B.5-1. */
const OTHER = ['88.', '104.', '11.', '481.3', '481.4', '481.5', '481.6', '481.7', '481.8', '481.9', '66.'].map(
  (branch) => `1.2.840.10008.5.1.4.1.1.${branch}`,
);

/**
 * The series of an exam as the pointer in force names them, key images first: nothing need be asked of the PACS to list them. A Key
 * Object is not listed, but the images it flags are, as a series of their own.
 */
export function catalogueOf({ series }: Pick<ExamIdentity, 'series'>, ids: OpaqueIds): readonly CatalogueSeries[] {
  const all = series.flatMap(({ uid, instances }) => instances.map((instance) => ({ ...instance, series: uid })));
  const documents = [...new Set(all.flatMap(({ keyObjects }) => keyObjects))];
  const key = documents.map((document) => keyImages(document, all, series, ids));
  const whole = series
    .filter(({ instances }) => instances.some(({ sopClass }) => sopClass !== KEY_OBJECT))
    .map((one) => wholeSeries(one, ids));
  return [...key, ...whole];
}

export const seriesListOf = (catalogue: readonly CatalogueSeries[]): ViewSeriesList => ({
  complete: true,
  series: catalogue.slice(0, 2000).map(({ info }) => info),
});

function wholeSeries(
  { uid, number, modality, description, instances }: ExamIdentity['series'][number],
  ids: OpaqueIds,
): CatalogueSeries {
  const other = instances.every(({ sopClass }) => OTHER.some((branch) => sopClass.startsWith(branch)));
  return {
    info: {
      id: ids.of(uid),
      kind: other ? 'other' : 'images',
      ...(number !== undefined && { number }),
      modality: modality.slice(0, 16),
      description,
      instances: instances.length,
    },
    parts: [{ series: uid, expected: instances.length }],
    instances: new Map(instances.map((instance) => [ids.of(instance.uid), { uid: instance.uid, series: uid }])),
  };
}

function keyImages(
  document: string,
  all: readonly (FactInstance & { readonly series: string })[],
  series: ExamIdentity['series'],
  ids: OpaqueIds,
): CatalogueSeries {
  const flagged = all.filter(({ keyObjects }) => keyObjects.includes(document));
  const modality = series.find(({ uid }) => uid === flagged[0]?.series)?.modality ?? '';
  return {
    info: {
      id: ids.of(`key images ${document}`),
      kind: 'key-images',
      modality: modality.slice(0, 16),
      description: '',
      instances: flagged.length,
    },
    parts: flagged.map(({ uid, series: of }) => ({ series: of, instance: uid })),
    instances: new Map(flagged.map((one) => [ids.of(one.uid), { uid: one.uid, series: one.series }])),
  };
}
