import type { SpeedTest } from '@drimbox/contracts';
import { judge, type Measured } from './figures.js';

const JPEG_LS = '1.2.840.10008.1.2.4.80';
const EXPLICIT = '1.2.840.10008.1.2.1';
const WANTED: SpeedTest = { study: '1.2.3', transferSyntax: JPEG_LS, bytes: 1_000_000, tolerancePercent: 2 };
const MEASURED: Measured = {
  testId: '7b0a1c1e-1111-4222-8333-444455556666',
  pulled: { failed: 0, warned: 0, failedInstances: [], held: 10 },
  instances: 10,
  bytes: 1_000_000,
  transferSyntaxes: [JPEG_LS],
  askedAt: 1000,
  firstByteAt: 1040,
  lastObjectAt: 1500,
  endedAt: 1700,
  expected: 10,
};
const of = (over: Partial<Measured> = {}, wanted: Partial<SpeedTest> = {}) =>
  judge({ ...MEASURED, ...over }, { ...WANTED, ...wanted });

describe('a speed test', () => {
  it('counts from the request to the last object, not to the end of the association', () => {
    expect(of()).toEqual({
      figures: {
        testId: MEASURED.testId,
        study: '1.2.3',
        outcome: 'complete',
        transferSyntaxes: [JPEG_LS],
        instances: 10,
        bytes: 1_000_000,
        millisecondsToFirst: 40,
        milliseconds: 500,
        megabitsPerSecond: 16,
      },
      warnings: [],
    });
  });

  it('warns of another syntax', () => {
    const { figures, warnings } = of({ transferSyntaxes: [JPEG_LS, EXPLICIT] });
    expect(figures).toMatchObject({ outcome: 'complete', code: 'DRIM-318' });
    expect(warnings).toEqual([`received in ${EXPLICIT}, ${JPEG_LS}, expected in ${JPEG_LS}`]);
  });

  it.each([
    [979_999, 1],
    [980_000, 0],
    [1_020_000, 0],
    [1_020_001, 1],
  ])('%i bytes where 1,000,000 are expected, 2 %% tolerated: %i warning', (bytes, count) => {
    expect(of({ bytes }).warnings).toHaveLength(count);
  });

  it('expects nothing that is not set', () => {
    const bare = { study: '1.2.3', tolerancePercent: 2 };
    expect(judge({ ...MEASURED, transferSyntaxes: [EXPLICIT], bytes: 5 }, bare).warnings).toEqual([]);
  });

  it.each<[string, Partial<Measured>, object]>([
    ['objects missing', { instances: 9 }, { outcome: 'incomplete', code: 'DRIM-308' }],
    ['objects failed', { pulled: { ...MEASURED.pulled, failed: 1 } }, { outcome: 'incomplete', code: 'DRIM-308' }],
    [
      'the study is not there',
      { instances: 0, expected: 0, pulled: { ...MEASURED.pulled, held: 0 } },
      { outcome: 'failed', code: 'DRIM-307' },
    ],
    [
      'the PACS broke off',
      { pulled: { ...MEASURED.pulled, failure: { code: 'DRIM-301' } } },
      { outcome: 'incomplete', code: 'DRIM-301', megabitsPerSecond: 0 },
    ],
    [
      'the PACS is away',
      {
        instances: 0,
        bytes: 0,
        transferSyntaxes: [],
        firstByteAt: undefined,
        pulled: { ...MEASURED.pulled, failure: { code: 'DRIM-300' } },
      },
      { outcome: 'failed', code: 'DRIM-300', megabitsPerSecond: 0 },
    ],
  ])('%s', (_name, over, figures) => {
    expect(of(over).figures).toMatchObject(figures);
  });
});
