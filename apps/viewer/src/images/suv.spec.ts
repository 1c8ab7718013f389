import type { DicomJson } from './dicom-json.js';
import { readFacts } from './image-facts.js';
import { suvFactor } from './suv.js';

const value = (...values: unknown[]): { Value: unknown[] } => ({ Value: values });

/** FDG given at 10:00 and imaged at 11:49:46.2, one half-life of fluorine 18 later. */
const PET: DicomJson = {
  '00080060': value('PT'),
  '00080021': value('20260105'),
  '00080031': value('114946.2'),
  '00080022': value('20260105'),
  '00080032': value('115200'),
  '00101030': value(70),
  '00280010': value(4),
  '00280011': value(4),
  '00280051': value('DECY', 'ATTN', 'SCAT'),
  '00280100': value(16),
  '00281050': value(5000),
  '00281051': value(10_001),
  '00281052': value(0),
  '00281053': value(2),
  '00541001': value('BQML'),
  '00541102': value('START'),
  '00540016': value({
    '00181072': value('100000'),
    '00181074': value(400_000_000),
    '00181075': value(6586.2),
  }),
};
const without = (...tags: string[]): DicomJson =>
  Object.fromEntries(Object.entries(PET).filter(([tag]) => !tags.includes(tag)));

describe('standardised uptake values', () => {
  it('divide by what is left of the dose for each gram of the body', () => {
    expect(suvFactor(PET)).toBeCloseTo(70_000 / 200_000_000, 10);
    expect(suvFactor({ ...PET, '00541102': value('ADMIN') })).toBeCloseTo(70_000 / 400_000_000, 10);
  });

  it('take a day and time of the dose before its time alone', () => {
    const tracer = value({
      '00181072': value('100000'),
      '00181078': value('20260105080013.8'),
      '00181074': value(400_000_000),
      '00181075': value(6586.2),
    });
    // Two hours more are two thirds of 3 h 49 min 32.4 s in half-lives.
    expect(suvFactor({ ...PET, '00540016': tracer })).toBeCloseTo(
      (70_000 / 400_000_000) * 2 ** (13_772.4 / 6586.2),
      10,
    );
  });

  it('are there already when the unit says so', () => {
    expect(suvFactor({ '00080060': value('PT'), '00541001': value('GML') })).toBe(1);
    expect(suvFactor({ '00080060': value('PT'), '00541001': value('GML'), '00541006': value('LBM') })).toBeUndefined();
  });

  it.each<[string, DicomJson]>([
    ['no weight', without('00101030')],
    ['no dose', without('00540016')],
    ['another unit', { ...PET, '00541001': value('CNTS') }],
    ['no correction of decay', { ...PET, '00280051': value('ATTN') }],
    ['an unknown correction', without('00541102')],
    ['a series of a later reconstruction', { ...PET, '00080031': value('130000') }],
    ['a dose given after the scan', { ...PET, '00080031': value('090000'), '00080032': value('090000') }],
    ['another modality', { ...PET, '00080060': value('NM') }],
  ])('are not made up with %s', (_, dataset) => {
    expect(suvFactor(dataset)).toBeUndefined();
    expect(readFacts(dataset, 'a').units).toBe(dataset['00541001']?.Value?.[0]);
  });

  it('carry the window of the file with them', () => {
    const facts = readFacts(PET, 'a');
    const factor = 70_000 / 200_000_000;
    expect(facts).toMatchObject({ units: 'SUVbw', windowFunction: 'LINEAR_EXACT' });
    expect(facts.slope).toBeCloseTo(2 * factor, 10);
    expect(facts.windows[0]?.center).toBeCloseTo(4999.5 * factor, 6);
    expect(facts.windows[0]?.width).toBeCloseTo(10_000 * factor, 6);
  });
});
