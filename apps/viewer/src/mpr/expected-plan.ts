import type { ImageFacts } from '../images/image-facts.js';
import { pixelType } from '../images/pixel-type.js';
import { depthOf } from '../series/order.js';
import { commonNormal, isAt, planOf, standsWith, type VolumePlan } from './volume-fit.js';

/**
 * The volume that a series will be, from those of its `expected` slices that have come: where slices numbered from 1 (or 0) lie is
 * taken to go on as it began. `placeOf` finds out when it does not. Undefined: nothing can be said yet.
 */
export function expectedPlan(images: readonly ImageFacts[], expected: number | undefined): VolumePlan | undefined {
  const normal = commonNormal(images);
  if (!normal || expected === undefined || images.length > expected) return undefined;
  const numbers = images.map(({ number }) => number);
  const [low, high] = [numbers[0], numbers.at(-1)]; // the images of a series are sorted
  if (low === undefined || high === undefined || high === low) return undefined;
  const zero = low === 0 ? 0 : 1;
  if (low < zero || high >= expected + zero) return undefined;
  const depths = images.map((facts) => depthOf(facts, normal) ?? 0);
  const step = ((depths.at(-1) ?? 0) - (depths[0] ?? 0)) / (high - low);
  const begin = (depths[0] ?? 0) - (low - zero) * step;
  if (step === 0 || !images.every((_, at) => isAt(depths[at] ?? 0, begin, step, (numbers[at] ?? NaN) - zero))) {
    return undefined;
  }
  const slices = Array.from<ImageFacts | undefined>({ length: expected });
  for (const facts of images) {
    const index = (facts.number ?? 0) - zero;
    slices[step > 0 ? index : expected - 1 - index] = facts;
  }
  const start = step > 0 ? begin : begin + (expected - 1) * step;
  return planOf(slices, { normal, start, step: Math.abs(step) });
}

/** Place of a slice in a planned volume; `none` for one that a reduced volume passes over, undefined for one that does not belong there. */
export function placeOf(plan: VolumePlan, facts: ImageFacts): number | 'none' | undefined {
  const known = plan.slices.find((one) => one !== undefined);
  if (!known || !standsWith(known, facts, plan.normal)) return undefined;
  if (plan.type !== 'Float32Array' && pixelType(facts) !== plan.type) return undefined;
  const depth = depthOf(facts, plan.normal) ?? NaN;
  const fine = plan.step / plan.stride;
  const index = Math.round((depth - plan.start) / fine);
  if (!isAt(depth, plan.start, fine, index)) return undefined;
  if (index % plan.stride !== 0) return 'none';
  const place = index / plan.stride;
  return place >= 0 && place < plan.slices.length ? place : undefined;
}
