import { rateOf } from '../cine/cine.js';
import { traitsOf } from '../header/traits.js';
import { en } from '../i18n/en.js';
import { fr } from '../i18n/fr.js';
import { words } from '../i18n/i18n.js';
import { type ImageFacts, readFacts } from '../images/image-facts.js';
import { addressOf, halfImageId, imageIdOf, wholeImageId } from '../images/image-id.js';
import { followIndex } from '../linked/linked-scroll.js';
import { expectedPlan, placeOf } from '../mpr/expected-plan.js';
import { reducedPlan, volumePlan } from '../mpr/volume-fit.js';
import { edgeLetters, lettersOf, oppositeOf } from '../overlay/orientation.js';
import { scaleBar } from '../overlay/scale.js';
import { idlePlan } from '../session/keep-alive.js';
import { presetsFor, rangeOf, windowFrom } from '../tools/presets.js';
import { zipText } from '../zip/zip-button.js';
import { budgetOf } from './device.js';
import { commandOf } from './keyboard.js';

const slice = (z: number, more: Partial<ImageFacts> = {}): ImageFacts => ({
  ...readFacts({}, `i${z}`),
  rows: 512,
  columns: 512,
  spacing: { row: 1, column: 1, measuredAt: 'patient' },
  position: [0, 0, z],
  rowDirection: [1, 0, 0],
  columnDirection: [0, 1, 0],
  ...more,
});
const stack = (count: number, step: number, more: Partial<ImageFacts> = {}): ImageFacts[] =>
  Array.from({ length: count }, (_, at) => slice(at * step, more));

describe('orientation', () => {
  it('names directions of the patient, the strongest first', () => {
    expect(lettersOf([1, 0, 0])).toBe('L');
    expect(lettersOf([0, -1, 0])).toBe('A');
    expect(lettersOf([0, 0.5, 0.86])).toBe('HP');
    expect(oppositeOf('HP')).toBe('FA');
  });

  it('names the edges of a slice, turned or not', () => {
    expect(edgeLetters([1, 0, 0], [0, 1, 0], slice(0))).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
    expect(edgeLetters([-1, 0, 0], [0, 1, 0], slice(0))?.left).toBe('L');
  });

  it('takes the words of an image without a place in space, and says nothing when there are none', () => {
    const { rowDirection: _, columnDirection: __, ...flat } = slice(0, { patientOrientation: ['P', 'FL'] });
    expect(edgeLetters([1, 0, 0], [0, 1, 0], flat)).toEqual({ left: 'A', right: 'P', top: 'HR', bottom: 'FL' });
    expect(edgeLetters([0, 1, 0], [-1, 0, 0], flat)).toEqual({ left: 'HR', right: 'FL', top: 'P', bottom: 'A' });
    const { patientOrientation: ___, ...mute } = flat;
    expect(edgeLetters([1, 0, 0], [0, 1, 0], mute)).toBeUndefined();
  });
});

it('draws the longest round scale that fits', () => {
  expect(scaleBar(0.5, 150)).toEqual({ millimetres: 50, pixels: 100, label: '5 cm' });
  expect(scaleBar(0.01, 150)?.label).toBe('1 mm');
  expect(scaleBar(0, 150)).toBeUndefined();
  expect(scaleBar(1000, 10)).toBeUndefined();
});

describe('linked scrolling', () => {
  const link = { leader: 0, follower: 0 };

  it('goes by millimetres between parallel stacks', () => {
    expect(followIndex(stack(40, 2), stack(20, 4), 20, link)).toBe(10);
    expect(followIndex(stack(40, 2), stack(20, 4), 20, { leader: 10, follower: 2 })).toBe(7);
  });

  it('shows the same place in one frame of reference, wherever it was linked', () => {
    const frame = { frameOfReference: 'f' };
    expect(followIndex(stack(40, 2, frame), stack(20, 4, frame), 20, { leader: 0, follower: 7 })).toBe(10);
  });

  it('goes image by image otherwise, within the stack', () => {
    const sagittal = stack(10, 1, { rowDirection: [0, 1, 0], columnDirection: [0, 0, -1] });
    expect(followIndex(stack(40, 2), sagittal, 5, link)).toBe(5);
    expect(followIndex(stack(40, 2), sagittal, 39, link)).toBe(9);
  });
});

describe('a volume', () => {
  it('is made of even, parallel slices, in the order of space', () => {
    const plan = volumePlan(stack(10, 2).toReversed());
    expect(plan?.slices.map((facts) => facts?.position?.[2])).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    expect(plan?.bytes).toBe(512 * 512 * 10 * 2);
  });

  it.each<[string, ImageFacts[]]>([
    ['two phases at one place', [...stack(10, 2), ...stack(10, 2)]],
    ['a gap', stack(10, 2).filter((_, at) => at !== 4)],
    ['too few', stack(3, 2)],
    ['another size', [...stack(10, 2), slice(20, { rows: 256 })]],
    ['another direction', [...stack(10, 2), slice(20, { columnDirection: [0, 0, 1] })]],
    ['colours', stack(10, 2, { samples: 3 })],
    ['a tilted gantry', stack(10, 2).map((facts, at) => ({ ...facts, position: [0, at * 0.5, at * 2] as const }))],
    ['a projection', stack(10, 2, { spacing: { row: 1, column: 1, measuredAt: 'detector' } })],
  ])('is not made of %s', (_, images) => expect(volumePlan(images)).toBeUndefined());

  describe('foreseen from its first slices', () => {
    const numbered = (count: number, step: number): ImageFacts[] =>
      stack(count, step).map((facts, at) => ({ ...facts, number: at + 1 }));

    it.each([2, -2])('is the one that they end up as: %d mm apart', (step) => {
      const all = numbered(20, step);
      const [foreseen, whole] = [expectedPlan(all.slice(0, 6), 20), volumePlan(all)];
      if (!foreseen || !whole) throw new Error('no plan');
      expect({ ...foreseen, slices: 20, start: 0 }).toEqual({ ...whole, slices: 20, start: 0 });
      expect([foreseen.slices.length, foreseen.start]).toEqual([20, whole.start]);
      expect(foreseen.slices.filter((facts) => facts !== undefined)).toHaveLength(6);
      expect(all.map((facts) => placeOf(foreseen, facts))).toEqual(all.map((facts) => whole.slices.indexOf(facts)));
    });

    it('is not when their numbers do not say where they lie, or how many come', () => {
      const some = numbered(20, 2).slice(0, 6);
      expect(expectedPlan(some, undefined)).toBeUndefined();
      expect(expectedPlan(some, 5)).toBeUndefined();
      expect(expectedPlan(some.slice(0, 3), 20)).toBeUndefined();
      expect(expectedPlan(stack(6, 2), 20)).toBeUndefined();
      expect(
        expectedPlan(
          some.map((facts) => ({ ...facts, number: (facts.number ?? 0) + 100 })),
          20,
        ),
      ).toBeUndefined();
      const shuffled = some.map((facts, at) => ({ ...facts, number: [3, 1, 6, 2, 5, 4][at] ?? 0 }));
      expect(
        expectedPlan(
          shuffled.toSorted((a, b) => a.number - b.number),
          20,
        ),
      ).toBeUndefined();
    });

    it('has no place for a slice between two places, beyond the last, of another size or of other pixels', () => {
      const plan = expectedPlan(numbered(6, 2), 20);
      if (!plan) throw new Error('no plan');
      expect(placeOf(plan, slice(38))).toBe(19);
      for (const stranger of [slice(7), slice(40), slice(8, { rows: 256 }), slice(8, { signed: true })])
        expect(placeOf(plan, stranger)).toBeUndefined();
      const small = reducedPlan(plan);
      expect([slice(0), slice(2), slice(4)].map((facts) => placeOf(small, facts))).toEqual([0, 'none', 1]);
    });
  });

  it('takes an eighth when reduced', () => {
    const plan = volumePlan(stack(10, 2));
    expect(plan && reducedPlan(plan)).toMatchObject({ bytes: (512 * 512 * 10 * 2) / 8 });
    expect(plan && reducedPlan(plan).slices).toHaveLength(5);
  });
});

describe('windows', () => {
  it('offers those of the file first, then those of the modality', () => {
    const ct = slice(0, { modality: 'CT', windows: [{ center: 1, width: 2, explanation: 'Foie' }] });
    const presets = presetsFor(ct);
    expect(presets[0]).toMatchObject({ label: { text: 'Foie' }, window: { center: 1, width: 2 } });
    expect(presets.map(({ id }) => id)).toContain('lung');
    expect(presetsFor(slice(0, { modality: 'MR' })).map(({ id }) => id)).toEqual(['full']);
    expect(presetsFor(slice(0, { samples: 3 }))).toEqual([]);
  });

  it('goes from window to range and back', () => {
    expect(rangeOf({ center: 40, width: 400 })).toEqual({ lower: -160, upper: 239 });
    expect(windowFrom(rangeOf({ center: -600, width: 1500 }))).toEqual({ center: -600, width: 1500 });
  });
});

describe('texts', () => {
  it('has every text in both languages, with the same values in it', () => {
    const values = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
    for (const key of Object.keys(fr) as (keyof typeof fr)[]) {
      expect([key, values(en[key])]).toEqual([key, values(fr[key])]);
      expect(en[key].length).toBeGreaterThan(0);
    }
  });

  it('shows the five default traits, then those the site adds', () => {
    const patient = {
      birthName: 'PAT-TROIS',
      firstBirthGiven: 'DOMINIQUE',
      birthDate: '1979-03-28',
      sex: 'F' as const,
      birthPlace: { code: '63220' },
      test: true,
    };
    expect(traitsOf(patient, words).map(({ value }) => value)).toEqual([
      'PAT-TROIS',
      'DOMINIQUE',
      '28/03/1979',
      'Féminin',
      '63220',
    ]);
    const more = { ...patient, more: { ins: '279035121518989', usedName: '' } };
    expect(
      traitsOf(more, words)
        .map(({ key }) => key)
        .slice(5),
    ).toEqual(['ins']);
  });

  it('says how far a ZIP is', () => {
    expect(zipText({ state: 'running', received: 3, expected: 9, bytes: 12_000_000 })).toBe(
      'ZIP : 3 objets sur 9, 12 Mo',
    );
    expect(zipText({ state: 'incomplete', received: 3, expected: 9, bytes: 1 })).toContain('Des images manquent');
  });
});

it('keeps the session of somebody who works, and warns who does not', () => {
  expect(idlePlan(100_000, 99_000, 0, 900)).toEqual({ tell: true, warn: undefined });
  expect(idlePlan(10_000, 9_000, 0, 900).tell).toBe(false);
  expect(idlePlan(100_000, 0, 0, 900).tell).toBe(false);
  expect(idlePlan(850_000, 0, 0, 900).warn).toBe(50);
  expect(idlePlan(999_000, 0, 0, 900).warn).toBe(0);
});

it('gives a device what it can bear', () => {
  expect(budgetOf(8, false).volume).toBeGreaterThan(budgetOf(4, false).volume);
  expect(budgetOf(8, true).volume).toBeLessThan(budgetOf(2, false).volume);
  expect(budgetOf(undefined, false)).toEqual(budgetOf(4, false));
  expect(budgetOf(8, true).touch).toBe(true);
});

it('turns keys into commands, and leaves those of the browser', () => {
  const press = (key: string, more: object = {}): ReturnType<typeof commandOf> =>
    commandOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });
  expect(press('ArrowDown')).toEqual({ do: 'scroll', by: 1 });
  expect(press('ArrowDown', { shiftKey: true })).toEqual({ do: 'pan', x: 0, y: 20 });
  expect(press('r', { ctrlKey: true })).toBeUndefined();
  expect(press('Tab')).toBeUndefined();
});

it('names images', () => {
  const id = imageIdOf({ exam: 'e', series: 's', instance: 'i', frame: 3 });
  expect(addressOf(id)).toEqual({ exam: 'e', series: 's', instance: 'i', frame: 3 });
  expect(wholeImageId(halfImageId(id))).toBe(id);
  expect(addressOf(halfImageId(id)).instance).toBe('i');
});

it('plays at the rate of the file, within what a screen can do', () => {
  expect(rateOf(33)).toBe(30);
  expect(rateOf(1)).toBe(60);
  expect(rateOf(undefined)).toBe(15);
});
