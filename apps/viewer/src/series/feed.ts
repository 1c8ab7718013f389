import type { ImageQuality, PartType, SeriesOutcome, SeriesProgress } from '@drimbox/contracts';
import type { Part } from '../api/multipart.js';
import type { DicomJson } from '../images/dicom-json.js';
import type { FrameStore } from '../images/frame-store.js';
import { frameType } from '../images/frame-type.js';
import { frameCount, isImage, readFacts } from '../images/image-facts.js';
import { imageIdOf } from '../images/image-id.js';
import type { Series } from './series.js';

const METADATA: (typeof PartType)['Metadata'] = 'application/dicom+json';
const PROGRESS: (typeof PartType)['Progress'] = 'application/vnd.drimbox.progress+json';
const OUTCOME: (typeof PartType)['Outcome'] = 'application/vnd.drimbox.outcome+json';

/** `instances/<id>` or `instances/<id>/frames/<n>` */
const LOCATION = /^instances\/([A-Za-z0-9_-]{1,64})(?:\/frames\/([0-9]{1,6}))?$/;
/** Frames one object may announce. */
const MAX_FRAMES = 20_000;

/**
 * Fills a series from its stream: heads first, then their frames, which are kept compressed. Ends with the state the
 * outcome says; a stream cut before it leaves the series `interrupted`. `pace` is waited for before each object. Never throws but for a programming error.
 */
export async function feed(
  series: Series,
  parts: AsyncIterable<Part>,
  store: FrameStore,
  quality: ImageQuality,
  pace: (objects: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  series.state = 'loading';
  if (quality === 'lossy') series.preview = true;
  series.changed();
  let outcome: SeriesOutcome | undefined;
  let objects = 0;
  try {
    for await (const part of parts) {
      const type = part.headers.get('content-type') ?? '';
      if (type === PROGRESS) report(series, json<SeriesProgress>(part));
      else if (type === OUTCOME) report(series, (outcome = json<SeriesOutcome>(part)));
      else if (type === METADATA) {
        await pace((objects += 1));
        addHead(series, part, store);
      } else addFrame(series, part, type, store);
      series.changed();
    }
  } catch {
    outcome = undefined;
  }
  if (quality === 'lossless') series.preview = false;
  series.state = outcome?.outcome ?? 'interrupted';
  series.code = outcome?.code;
  series.changed();
}

function report(series: Series, { received, expected }: SeriesProgress): void {
  series.received = received;
  if (expected !== undefined) series.expected = expected;
}

function addHead(series: Series, part: Part, store: FrameStore): void {
  const instance = LOCATION.exec(part.headers.get('content-location') ?? '')?.[1];
  if (instance === undefined) return;
  const dataset = json<DicomJson>(part);
  if (!isImage(dataset)) {
    if (!series.others.some((other) => other.instance === instance)) series.others.push({ instance, dataset });
    return;
  }
  if (series.films.some((film) => film.instance === instance)) return;
  const frames = Math.min(frameCount(dataset), MAX_FRAMES);
  for (let frame = 1; frame <= frames; frame += 1) {
    const facts = readFacts(dataset, instance, frame);
    store.addFacts(imageIdOf({ exam: series.exam.id, series: series.info.id, instance, frame }), facts);
    series.addImage(facts);
  }
}

function addFrame(series: Series, part: Part, type: string, store: FrameStore): void {
  const [, instance, frame] = LOCATION.exec(part.headers.get('content-location') ?? '') ?? [];
  if (instance === undefined || frame === undefined) return;
  const [mediaType = ''] = type.split(';');
  if (mediaType.startsWith('video/')) {
    // Its head looked like that of images, which never come.
    series.removeImages(instance);
    if (!series.films.some((film) => film.instance === instance)) {
      series.films.push({ instance, frame: { bytes: part.body, mediaType } });
    }
    return;
  }
  const read = frameType(type);
  if (!read) return;
  const at = { exam: series.exam.id, series: series.info.id, instance, frame: Number(frame) };
  const imageId = imageIdOf(at);
  if (read.lossy) series.lossyFrames.add(imageId);
  else series.lossyFrames.delete(imageId);
  store.put(imageId, { bytes: part.body, transferSyntax: read.transferSyntax, lossy: read.lossy });
}

const json = <T>(part: Part): T => JSON.parse(new TextDecoder().decode(part.body)) as T;
