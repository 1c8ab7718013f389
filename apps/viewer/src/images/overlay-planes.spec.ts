import type { DicomJson } from './dicom-json.js';
import { isDrawn, readOverlays } from './overlay-planes.js';

const value = (...values: unknown[]): { Value: unknown[] } => ({ Value: values });
/** Three columns and two rows: the first pixel and the last. */
const PLANE: DicomJson = {
  '60000010': value(2),
  '60000011': value(3),
  '60000040': value('G'),
  '60000050': value(5, -1),
  '60003000': { InlineBinary: Buffer.from([0b0010_0001]).toString('base64') },
};

it('reads a drawing of one bit a pixel and where it stands', () => {
  const [plane, ...more] = readOverlays(PLANE, 1) ?? [];
  expect(more).toEqual([]);
  expect(plane).toMatchObject({ rows: 2, columns: 3, origin: [5, -1] });
  const drawn = [0, 1].map((row) => [0, 1, 2].map((column) => plane && isDrawn(plane, column, row)));
  expect(drawn).toEqual([
    [true, false, false],
    [false, false, true],
  ]);
});

it('gives each frame its own where there are several, and one to all', () => {
  const two = { ...PLANE, '60000015': value(2), '60000051': value(2), '60003000': { InlineBinary: 'QQg=' } };
  expect(readOverlays(two, 1)).toBeUndefined();
  expect(readOverlays(two, 2)?.[0]?.first).toBe(0);
  expect(readOverlays(two, 3)?.[0]?.first).toBe(6);
  expect(readOverlays(two, 4)).toBeUndefined();
  expect(readOverlays(PLANE, 9)).toHaveLength(1);
});

it.each<[string, DicomJson]>([
  ['without its data', { ...PLANE, '60003000': undefined }],
  ['whose data is short', { ...PLANE, '60000010': value(3), '60000011': value(30) }],
  ['of a region of interest', { ...PLANE, '60000040': value('R') }],
  ['without size', { ...PLANE, '60000011': value(0) }],
])('shows none %s', (_, dataset) => expect(readOverlays(dataset, 1)).toBeUndefined());
