import { capabilitiesWadl, type WebResource } from '@drimbox/dicom';
import type { PacsLink } from '@drimbox/contracts';
import type { Level } from '../levels/asked.js';

const INSTANCES = ['multipart/related; type="application/dicom"'];
const FRAMES = [
  'multipart/related; type="application/octet-stream"',
  'multipart/related; type="image/jpeg"',
  'multipart/related; type="image/jls"',
  'multipart/related; type="image/jp2"',
];
const METADATA = ['application/dicom+json'];
const HEADERS = [
  { name: 'Authorization', required: true },
  { name: 'KOS-SOPInstanceUID', required: true },
];
const STATUSES = [200, 400, 401, 403, 404, 406, 429, 500, 502, 503];

const STUDY = 'studies/{StudyInstanceUID}';
const SERIES = `${STUDY}/series/{SeriesInstanceUID}`;
const INSTANCE = `${SERIES}/instances/{SOPInstanceUID}`;

const resource = (level: Level, path: string, id: string, representations: readonly string[]) => ({
  level,
  resource: { path, id, representations, headers: HEADERS, statuses: STATUSES } satisfies WebResource,
});

const RESOURCES = [
  resource('study', STUDY, 'retrieveStudy', INSTANCES),
  resource('series', SERIES, 'retrieveSeries', INSTANCES),
  resource('instance', INSTANCE, 'retrieveInstance', INSTANCES),
  resource('frames', `${INSTANCE}/frames/{FrameList}`, 'retrieveFrames', FRAMES),
  resource('metadata', `${STUDY}/metadata`, 'retrieveStudyMetadata', METADATA),
  resource('metadata', `${SERIES}/metadata`, 'retrieveSeriesMetadata', METADATA),
  resource('metadata', `${INSTANCE}/metadata`, 'retrieveInstanceMetadata', METADATA),
];

/** What this link answers, and nothing that is switched off (PS3.18 §8.9). */
export const capabilitiesOf = ({ db, wadoPath, wado }: Pick<PacsLink, 'db' | 'wadoPath' | 'wado'>): string =>
  capabilitiesWadl({
    baseUrl: `https://${db}${wadoPath}/`,
    resources: RESOURCES.filter(({ level }) => wado.levels[level]).map((one) => one.resource),
  });
