import { targetOf } from './asked.js';

const of = (below: string): unknown => targetOf(`/drim-so/v1/rs${below}`, '/drim-so/v1/rs');
const images = (asked: object): object => ({ kind: 'images', asked });

it.each<[string, object]>([
  ['/studies/1.2', images({ level: 'study', study: '1.2' })],
  ['/studies/1.2/', images({ level: 'study', study: '1.2' })],
  ['/studies/1.2/series/1.3', images({ level: 'series', study: '1.2', series: '1.3' })],
  [
    '/studies/1.2/series/1.3/instances/1.4',
    images({ level: 'instance', study: '1.2', series: '1.3', instance: '1.4' }),
  ],
  [
    '/studies/1.2/series/1.3/instances/1.4/frames/3,1,3',
    images({ level: 'frames', study: '1.2', series: '1.3', instance: '1.4', frames: [3, 1] }),
  ],
  ['/studies/1.2/metadata', images({ level: 'metadata', study: '1.2' })],
  ['/studies/1.2/series/1.3/metadata', images({ level: 'metadata', study: '1.2', series: '1.3' })],
  ['', { kind: 'capabilities' }],
  ['/studies', { kind: 'capabilities' }],
])('%s', (below, target) => expect(of(below)).toEqual(target));

it.each([
  '/studies/x',
  '/studies/1.2/series',
  '/studies/1.2/series/..%2f1',
  '/studies/1.2/instances/1.4',
  '/studies/1.2/series/1.3/instances/1.4/frames/0',
  '/studies/1.2/series/1.3/instances/1.4/frames/1,',
  '/studies/1.2/series/1.3/instances/1.4/frames/1/metadata',
  '/studies/1.2/series/1.3/instances/1.4/rendered',
  `/studies/1.2/series/1.3/instances/1.4/frames/${'1,'.repeat(10_000)}1`,
  '/../studies/1.2',
])('%s is unknown', (below) => expect(of(below)).toEqual({ kind: 'unknown' }));

it('another prefix is unknown', () =>
  expect(targetOf('/other/studies/1.2', '/drim-so/v1/rs')).toEqual({ kind: 'unknown' }));
