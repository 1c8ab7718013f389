import type { DicomJson } from './dicom-json.js';
import { frameCount, type ImageFacts, isImage, readFacts } from './image-facts.js';
import { frameType } from './frame-type.js';
import { metadataModule, windowOf } from './metadata-modules.js';
import { pixelType } from './pixel-type.js';
import { applyTable, halved } from './pixels.js';

const value = (...values: unknown[]): { Value: unknown[] } => ({ Value: values });
const IMAGE: DicomJson = { '00280010': value(4), '00280011': value(6), '00280100': value(16), '00280101': value(12) };

describe('facts of an image', () => {
  it('reads a plain slice', () => {
    const facts = readFacts(
      {
        ...IMAGE,
        '00080060': value('CT'),
        '00200013': value(7),
        '00200032': value(-10, -20, 30),
        '00200037': value(1, 0, 0, 0, 1, 0),
        '00280030': value(0.5, 0.7),
        '00281050': value(40, -600),
        '00281051': value(400, 1500),
        '00281055': value('Abdomen', 'Poumon'),
        '00281052': value(-1024),
        '00281053': value(1),
      },
      'a',
    );
    expect(facts).toMatchObject({
      rows: 4,
      columns: 6,
      number: 7,
      position: [-10, -20, 30],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
      spacing: { row: 0.5, column: 0.7, measuredAt: 'patient' },
      windows: [
        { center: 40, width: 400, explanation: 'Abdomen' },
        { center: -600, width: 1500, explanation: 'Poumon' },
      ],
      intercept: -1024,
      lossy: false,
    });
  });

  it('reads where the slices of a reconstructed nuclear object lie', () => {
    const dataset: DicomJson = {
      ...IMAGE,
      '00080060': value('NM'),
      '00280008': value(3),
      '00180088': value(-4),
      '00540022': value({ '00200032': value(1, 2, 3), '00200037': value(1, 0, 0, 0, 1, 0) }),
    };
    expect([1, 2, 3].map((frame) => readFacts(dataset, 'a', frame).position)).toEqual([
      [1, 2, 3],
      [1, 2, -1],
      [1, 2, -5],
    ]);
    const phases = { ...dataset, '00540080': value(1, 1, 2) };
    expect(readFacts(phases, 'a', 2).position).toEqual([1, 2, 3]);
    expect(readFacts({ ...dataset, '00080060': value('XA') }, 'a').position).toBeUndefined();
  });

  it('names the view of a mammogram by its code, and the rate of a film as recommended', () => {
    const dataset: DicomJson = {
      ...IMAGE,
      '00540220': value({ '00080100': value('399162004'), '00080104': value('cranio-caudal') }),
      '00082144': value(10),
      '00181063': value(33),
    };
    expect(readFacts(dataset, 'a')).toMatchObject({ view: 'CC', frameTime: 100 });
    const other = value({ '00080100': value('x'), '00080104': value('axillary') });
    expect(readFacts({ ...IMAGE, '00540220': other, '00181065': value(0, 66) }, 'a')).toMatchObject({
      view: 'axillary',
      frameTime: 66,
    });
  });

  it('reads the functional groups of a frame before those of all and the top level', () => {
    const dataset: DicomJson = {
      ...IMAGE,
      '00280008': value(2),
      '00280030': value(9, 9),
      '52009229': value({
        '00209116': value({ '00200037': value(0, 1, 0, 0, 0, -1) }),
        '00289110': value({ '00280030': value(0.3, 0.3), '00180050': value(1) }),
      }),
      '52009230': value(
        { '00209113': value({ '00200032': value(1, 2, 3) }) },
        {
          '00209113': value({ '00200032': value(1, 2, 4) }),
          '00289132': value({ '00281050': value(5), '00281051': value(6) }),
        },
      ),
    };
    expect(frameCount(dataset)).toBe(2);
    expect(readFacts(dataset, 'a', 1)).toMatchObject({ position: [1, 2, 3], windows: [], thickness: 1 });
    expect(readFacts(dataset, 'a', 2)).toMatchObject({
      position: [1, 2, 4],
      rowDirection: [0, 1, 0],
      spacing: { row: 0.3 },
      windows: [{ center: 5, width: 6 }],
    });
  });

  it('tells where a distance was measured', () => {
    expect(readFacts({ ...IMAGE, '00181164': value(0.15, 0.15) }, 'a').spacing?.measuredAt).toBe('detector');
    const region = { '00186024': value(3), '0018602C': value(0.05), '0018602E': value(0.04) };
    expect(readFacts({ ...IMAGE, '00186011': value(region) }, 'a').spacing).toEqual({
      row: 0.4,
      column: 0.5,
      measuredAt: 'patient',
    });
    expect(readFacts({ ...IMAGE, '00186011': value(region, region) }, 'a').spacing).toBeUndefined();
    expect(readFacts(IMAGE, 'a').spacing).toBeUndefined();
  });

  it('survives values that are none', () => {
    const odd: DicomJson = {
      ...IMAGE,
      '00200032': value('x', null, 3),
      '00200037': value(1, 2),
      '00281050': value(40),
      '00281051': value(0),
      '00281053': value(0),
      '00280030': value(0, -1),
      '52009230': value(null, 3),
    };
    expect(readFacts(odd, 'a', 5)).toMatchObject({ windows: [], slope: 1 });
    expect(isImage({})).toBe(false);
    expect(isImage(odd)).toBe(true);
  });
});

describe('what the library is told', () => {
  const facts = (more: DicomJson): ImageFacts => readFacts({ ...IMAGE, ...more }, 'a');

  it('moves and widens the pixels of a reduced slice', () => {
    const slice = facts({
      '00200032': value(0, 0, 5),
      '00200037': value(1, 0, 0, 0, 1, 0),
      '00280030': value(2, 4),
    });
    expect(metadataModule('imagePlaneModule', slice, true)).toMatchObject({
      rows: 2,
      columns: 3,
      pixelSpacing: [4, 8],
      imagePositionPatient: [2, 1, 5],
      usingDefaultValues: false,
    });
  });

  it('says that a distance is unknown, or larger than in the patient', () => {
    expect(metadataModule('calibrationModule', facts({}))).toEqual({ type: 'Uncalibrated' });
    expect(metadataModule('calibrationModule', facts({ '00181164': value(1, 1) }))).toEqual({ type: 'Proj' });
  });

  it('uses a table where there is no window', () => {
    const table = value({ '00283002': value(4, 10, 8), '00283006': value(0, 50, 100, 255) });
    expect(windowOf(facts({ '00283010': table }))).toEqual({ center: 128, width: 256 });
    expect(windowOf(facts({ '00283010': table, '00281050': value(1), '00281051': value(2) }))).toEqual({
      center: 1,
      width: 2,
    });
  });
});

it('chooses one pixel type for a whole series', () => {
  const base = readFacts(IMAGE, 'a');
  expect(pixelType(base)).toBe('Uint16Array');
  expect(pixelType({ ...base, intercept: -1024 })).toBe('Int16Array');
  expect(pixelType({ ...base, signed: true })).toBe('Int16Array');
  expect(pixelType({ ...base, slope: 0.1 })).toBe('Float32Array');
  expect(pixelType({ ...base, bitsAllocated: 8, bitsStored: 8 })).toBe('Uint8Array');
  expect(pixelType({ ...base, bitsStored: 16, slope: 2 })).toBe('Float32Array');
});

it('maps values through a table, held at its ends', () => {
  const table = { firstValue: 10, bits: 8, entries: [1, 2, 3] };
  expect([...applyTable([0, 10, 11, 12, 99], table)]).toEqual([1, 1, 2, 3, 3]);
});

it('halves an image', () => {
  expect([...halved(Int16Array.of(0, 4, 8, 8, 0, 4, -8, -8), 4, 2)]).toEqual([2, 0]);
});

it('reads the type of a frame', () => {
  expect(frameType('image/jls; transfer-syntax=1.2.840.10008.1.2.4.81')).toEqual({
    mediaType: 'image/jls',
    transferSyntax: '1.2.840.10008.1.2.4.81',
    lossy: true,
  });
  expect(frameType('image/jp2')).toMatchObject({ transferSyntax: '1.2.840.10008.1.2.4.90', lossy: false });
  expect(frameType('image/jphc; transfer-syntax="1.2.840.10008.1.2.4.201"; lossy=1')?.lossy).toBe(true);
  expect(frameType('text/html')).toBeUndefined();
});
