import { Uid, type WadoOptions } from '@drimbox/contracts';

export type Level = keyof WadoOptions['levels'];

/** A resource of PS3.18 §10.4.1 below the path of a link. */
export interface Asked {
  readonly level: Level;
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
  /** Numbers from 1, in the order asked, each once. Frames level. */
  readonly frames?: readonly number[];
}

export type Target =
  | { readonly kind: 'images'; readonly asked: Asked }
  /** The capabilities of the service (PS3.18 §8.9). */
  | { readonly kind: 'capabilities' }
  | { readonly kind: 'unknown' };

const MAX_FRAMES = 10_000;

const PATTERN =
  /^\/studies\/([^/]+)(?:\/series\/([^/]+)(?:\/instances\/([^/]+)(?:\/frames\/([0-9,]+))?)?)?(\/metadata)?\/?$/;

/** What a path below `wadoPath` asks for; a UID that is none makes it unknown, like every other path. */
export function targetOf(path: string, wadoPath: string): Target {
  if (!path.startsWith(wadoPath)) return { kind: 'unknown' };
  const below = path.slice(wadoPath.length);
  if (below === '' || below === '/' || below === '/studies' || below === '/studies/') return { kind: 'capabilities' };
  const [, study, series, instance, frameList, metadata] = PATTERN.exec(below) ?? [];
  if (study === undefined) return { kind: 'unknown' };
  if (![study, series, instance].every((uid) => uid === undefined || Uid.safeParse(uid).success)) {
    return { kind: 'unknown' };
  }
  const named = { study, ...(series !== undefined && { series }), ...(instance !== undefined && { instance }) };
  if (frameList !== undefined) {
    const frames = framesOf(frameList);
    // Metadata of frames does not exist (PS3.18 Table 10.4.1-1).
    if (!frames || metadata !== undefined) return { kind: 'unknown' };
    return { kind: 'images', asked: { level: 'frames', ...named, frames } };
  }
  const level = instance !== undefined ? 'instance' : series !== undefined ? 'series' : 'study';
  return { kind: 'images', asked: { level: metadata === undefined ? level : 'metadata', ...named } };
}

function framesOf(list: string): readonly number[] | undefined {
  const numbers = list.split(',').map((text) => (/^[1-9][0-9]{0,5}$/.test(text) ? Number(text) : 0));
  if (numbers.length > MAX_FRAMES || numbers.includes(0)) return undefined;
  return [...new Set(numbers)];
}
