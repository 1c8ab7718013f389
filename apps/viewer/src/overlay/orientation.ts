import type { ImageFacts, Vector } from '../images/image-facts.js';

/** Letters of the four edges of an image on screen (PS3.3 §C.7.6.1.1.1); empty when the object does not say. */
export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** Patient axes: +x towards the left, +y towards the back, +z towards the head (PS3.3 §C.7.6.2.1.1). */
const AXES = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
] as const;
const OPPOSITES: Readonly<Record<string, string>> = { L: 'R', R: 'L', P: 'A', A: 'P', H: 'F', F: 'H' };
/** An axis that counts for less than this is left out of the letters. */
const THRESHOLD = 0.25;

/** Letters of a direction in the patient, the strongest axis first: `L`, `LP`, `HLA`. */
export function lettersOf(direction: Vector): string {
  return direction
    .map((value, axis) => ({ value, axis }))
    .filter(({ value }) => Math.abs(value) > THRESHOLD)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .map(({ value, axis }) => AXES[axis]?.[value > 0 ? 0 : 1] ?? '')
    .join('');
}

export const oppositeOf = (letters: string): string =>
  Array.from(letters, (letter) => OPPOSITES[letter] ?? letter).join('');

/**
 * Letters for an image shown with screen directions `right` and `down`, both in the coordinates in which it is drawn. An
 * object without an orientation in space is drawn on the axes; its own words (0020,0020) then name them.
 */
export function edgeLetters(right: Vector, down: Vector, facts: ImageFacts | undefined): EdgeLetters | undefined {
  if (!facts) return undefined;
  const named = facts.rowDirection ? lettersOf : byRowsAndColumns(facts.patientOrientation);
  if (!named) return undefined;
  const [toRight, toBottom] = [named(right), named(down)];
  return { right: toRight, left: oppositeOf(toRight), bottom: toBottom, top: oppositeOf(toBottom) };
}

/** A direction of the drawing in the words of the object: along its rows, along its columns, or against them. */
function byRowsAndColumns(orientation: readonly [string, string] | undefined): ((along: Vector) => string) | undefined {
  if (!orientation) return undefined;
  const [rows, columns] = orientation;
  return ([x, y]) => {
    const [words, value] = Math.abs(x) >= Math.abs(y) ? [rows, x] : [columns, y];
    return value > 0 ? words : oppositeOf(words);
  };
}
