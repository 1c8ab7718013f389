import type { ImageFacts } from '../images/image-facts.js';
import { depthOf, normalOf, parallel } from '../series/order.js';

/** Where two stacks stood when they were linked, by index. */
export interface Link {
  readonly leader: number;
  readonly follower: number;
}

/**
 * Index of the follower when the leader shows `index`. Slices that are parallel follow in millimetres, so stacks of
 * different spacing stay together: in the same frame of reference they show the same place, in two exams the same way from
 * where they were linked. Other stacks follow image by image.
 */
export function followIndex(
  leader: readonly ImageFacts[],
  follower: readonly ImageFacts[],
  index: number,
  link: Link,
): number {
  return byPlace(leader, follower, index, link) ?? clamp(link.follower + index - link.leader, follower.length);
}

function byPlace(
  leader: readonly ImageFacts[],
  follower: readonly ImageFacts[],
  index: number,
  link: Link,
): number | undefined {
  const [now, start, other] = [leader[index], leader[link.leader], follower[link.follower]];
  if (!now || !start || !other) return undefined;
  const normal = normalOf(start);
  if (!normal || !parallel(normal, normalOf(other))) return undefined;
  const [nowAt, startAt, otherAt] = [depthOf(now, normal), depthOf(start, normal), depthOf(other, normal)];
  if (nowAt === undefined || startAt === undefined || otherAt === undefined) return undefined;
  const same = start.frameOfReference !== undefined && start.frameOfReference === other.frameOfReference;
  const wanted = same ? nowAt : otherAt + nowAt - startAt;
  return nearest(follower, (facts) => Math.abs((depthOf(facts, normal) ?? Infinity) - wanted));
}

function nearest(images: readonly ImageFacts[], distance: (facts: ImageFacts) => number): number | undefined {
  let best: number | undefined;
  let least = Infinity;
  for (const [index, facts] of images.entries()) {
    const far = distance(facts);
    if (far < least) [best, least] = [index, far];
  }
  return best;
}

const clamp = (index: number, count: number): number => Math.max(0, Math.min(count - 1, index));
