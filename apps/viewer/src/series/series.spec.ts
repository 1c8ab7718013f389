import type { Part } from '../api/multipart.js';
import { FrameStore, type StoredFrame } from '../images/frame-store.js';
import { type ImageFacts, readFacts } from '../images/image-facts.js';
import { objectsOf, progressOf } from '../progress/progress.js';
import { feed } from './feed.js';
import { insertSorted } from './order.js';
import { nextToLoad } from './priority.js';
import { Series } from './series.js';

const EXAM = { id: 'e', description: 'Examen', modalities: ['CT'] };
const series = (): Series =>
  new Series(EXAM, { id: 's', kind: 'images', modality: 'CT', description: 'Série', instances: 3 });
const store = (maxBytes = 1000): FrameStore =>
  new FrameStore(
    maxBytes,
    async () => ({ bytes: new Uint8Array(1), transferSyntax: 'fetched', lossy: false }),
    () => false,
  );

const part = (type: string, body: unknown, location?: string): Part => ({
  headers: new Map([['content-type', type], ...(location ? [['content-location', location] as const] : [])]),
  body: new Uint8Array(new TextEncoder().encode(JSON.stringify(body))),
});
const head = (number: number, more: object = {}): Part =>
  part(
    'application/dicom+json',
    { '00200013': { Value: [number] }, '00280010': { Value: [4] }, '00280011': { Value: [4] }, ...more },
    `instances/i${number}`,
  );
const frame = (number: number, at = 1, type = 'image/jls'): Part => part(type, 1, `instances/i${number}/frames/${at}`);
const outcome = (state: string): Part =>
  part('application/vnd.drimbox.outcome+json', { outcome: state, received: 2, expected: 3 });

async function* stream(...parts: Part[]): AsyncGenerator<Part> {
  yield* parts;
}

describe('a stream', () => {
  it('sorts what arrives, whatever the order', async () => {
    const [filled, held] = [series(), store()];
    await feed(filled, stream(head(3), frame(3), head(1), frame(1), head(2), outcome('complete')), held, 'lossless');
    expect(filled.images.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(filled.state).toBe('complete');
    expect(held.peek('drim:e/s/i1/1')?.transferSyntax).toBe('1.2.840.10008.1.2.4.80');
    expect(held.peek('drim:e/s/i2/1')).toBeUndefined();
  });

  it('takes the same objects twice without doubling them', async () => {
    const [filled, held] = [series(), store()];
    for (let time = 0; time < 2; time += 1) await feed(filled, stream(head(1), frame(1)), held, 'lossless');
    expect(filled.images).toHaveLength(1);
    expect(filled.state).toBe('interrupted'); // no outcome: it was cut
  });

  it('makes an image of every frame', async () => {
    const filled = series();
    await feed(filled, stream(head(1, { '00280008': { Value: [3] } }), outcome('complete')), store(), 'lossless');
    expect(filled.images.map(({ frame: at }) => at)).toEqual([1, 2, 3]);
    expect(objectsOf(filled)).toBe(1);
  });

  it('says lossy until a lossless frame has taken the place', async () => {
    const [filled, held] = [series(), store()];
    const replaced: string[] = [];
    held.onReplaced = (imageId) => replaced.push(imageId);
    await feed(filled, stream(head(1), frame(1, 1, 'image/jls; lossy=1'), outcome('complete')), held, 'lossy');
    expect([filled.preview, filled.anyLossy]).toEqual([true, true]);
    await feed(filled, stream(head(1), frame(1), outcome('complete')), held, 'lossless');
    expect([filled.preview, filled.anyLossy]).toEqual([false, false]);
    expect(replaced).toEqual(['drim:e/s/i1/1']);
  });

  it('keeps what is missing and why', async () => {
    const filled = series();
    await feed(filled, stream(head(1), frame(1), outcome('incomplete')), store(), 'lossless');
    expect(filled).toMatchObject({ state: 'incomplete', received: 2, expected: 3 });
  });

  it('is not stopped by parts that are no such thing', async () => {
    const filled = series();
    const odd = [
      part('text/plain', 1, 'instances/i1/frames/1'),
      part('image/jls', 1, '../../elsewhere'),
      part('image/jls', 1),
      part('application/dicom+json', {}, 'nowhere'),
    ];
    await feed(filled, stream(...odd, head(1), outcome('complete')), store(), 'lossless');
    expect(filled.images).toHaveLength(1);
    await feed(filled, stream({ headers: head(1).headers, body: new Uint8Array([1]) }), store(), 'lossless');
    expect(filled.state).toBe('interrupted');
  });
});

describe('the store of frames', () => {
  const bytes = (length: number): StoredFrame => ({ bytes: new Uint8Array(length), transferSyntax: 'x', lossy: false });

  it('stays within its bytes: what was longest unused leaves, and is fetched when needed', async () => {
    const held = store(100);
    held.put('a', bytes(40));
    held.put('b', bytes(40));
    await held.get('a');
    held.put('c', bytes(40));
    expect(held.heldBytes).toBe(80);
    expect(held.peek('b')).toBeUndefined();
    expect(held.peek('a')).toBeDefined();
    expect((await held.get('b')).transferSyntax).toBe('fetched');
  });

  it('keeps a frame larger than all the rest', () => {
    const held = store(10);
    held.put('a', bytes(40));
    expect(held.heldBytes).toBe(40);
  });

  it('gives a frame that is on its way when it comes', async () => {
    let coming = true;
    const held = new FrameStore(
      100,
      async () => bytes(2),
      () => coming,
    );
    const [first, second] = [held.get('a'), held.get('b')];
    held.put('a', bytes(1));
    expect((await first).bytes).toHaveLength(1);
    coming = false;
    await held.serveWaiting(() => undefined);
    expect((await second).bytes).toHaveLength(2);
  });
});

it('sorts by number, then by object, then by frame', () => {
  const facts = (number: number | undefined, instance: string, at = 1): ImageFacts => ({
    ...readFacts({}, instance, at),
    ...(number !== undefined && { number }),
  });
  const images: ImageFacts[] = [];
  for (const each of [facts(2, 'b'), facts(undefined, 'z'), facts(1, 'a', 2), facts(1, 'a', 1), facts(2, 'a')]) {
    insertSorted(images, each);
  }
  expect(images.map(({ instance, frame: at }) => `${instance}${at}`)).toEqual(['a1', 'a2', 'a1', 'b1', 'z1']);
  expect(insertSorted(images, facts(2, 'b'))).toBe(-1);
});

it('loads what is looked at first, then key images, then the rest', () => {
  const one = (id: string, state = 'idle', kind = 'images'): { id: string; state: string; info: { kind: string } } => ({
    id,
    state,
    info: { kind },
  });
  const [a, b, key] = [one('a'), one('b'), one('k', 'idle', 'key-images')];
  expect(nextToLoad([a, b, key], [b], 1)).toEqual([b]);
  expect(nextToLoad([a, b, key], [], 1)).toEqual([key]);
  expect(nextToLoad([a, b], [], 1)).toEqual([a]);
  expect(nextToLoad([a, b], [], 0)).toEqual([]);
  expect(nextToLoad([a, b], [], -1)).toEqual([]);
  expect(nextToLoad([a, one('c', 'loading')], [one('c', 'loading')], 1)).toEqual([]);
});

it('tells how far a series is', () => {
  expect(progressOf({ state: 'loading', received: 2, expected: 4, objects: 3 }).fraction).toBe(0.75);
  expect(progressOf({ state: 'loading', received: 2, expected: undefined, objects: 0 }).fraction).toBeUndefined();
  expect(progressOf({ state: 'complete', received: 0, expected: undefined, objects: 0 }).fraction).toBe(1);
});
