import type { Types } from '@cornerstonejs/core';
import { element } from '../dom/element.js';
import type { ImageFacts, Vector } from '../images/image-facts.js';
import { words, type TextKey } from '../i18n/i18n.js';
import { isExact, windowFrom } from '../tools/presets.js';
import { edgeLetters } from './orientation.js';
import { scaleBar } from './scale.js';

/** What the words over an image are read from. */
export interface ShownView {
  readonly canvas: { readonly clientWidth: number };
  canvasToWorld(place: Types.Point2): Types.Point3;
  getZoom(): number;
  getProperties(): { readonly voiRange?: Types.VOIRange } | null | undefined;
}

/** What stands over the pixels of one view: words in the corners, letters at the edges, a scale, the mark of a lossy image. */
export class Overlay {
  readonly root = element('div', { class: 'overlay' });
  private readonly top = element('div', { class: 'overlay-top' });
  private readonly bottom = element('div', { class: 'overlay-bottom' });
  private readonly edges = {
    left: element('span', { class: 'edge edge-left' }),
    right: element('span', { class: 'edge edge-right' }),
    top: element('span', { class: 'edge edge-top' }),
    bottom: element('span', { class: 'edge edge-bottom' }),
  };
  private readonly side = element('span', { class: 'side' });
  private readonly scale = element('div', { class: 'scale' });
  /** Drawings that the object carries over its pixels; in the page when there are any. */
  readonly planes = element('canvas', { class: 'overlay-planes', 'aria-hidden': 'true' });
  /** Never hidden with the rest: it says that pixels were altered. */
  readonly lossyMark = element('div', { class: 'lossy', hidden: true });

  constructor() {
    this.root.append(this.top, this.side, this.bottom, this.scale, ...Object.values(this.edges));
  }

  set visible(visible: boolean) {
    this.root.hidden = !visible;
  }

  set lossy(key: TextKey | undefined) {
    this.lossyMark.hidden = key === undefined;
    this.lossyMark.textContent = key === undefined ? '' : words.say(key);
  }

  /** Writes what the view shows now. `title` names the series, `place` the image in it. */
  update(view: ShownView, facts: ImageFacts | undefined, title: string, place: string): void {
    write(this.top, title);
    const range = facts && facts.samples === 1 && !facts.palette ? view.getProperties()?.voiRange : undefined;
    const exact = isExact(facts);
    const window = range && windowFrom(range, exact);
    const digits = exact ? 1 : 0;
    const lines = [
      place,
      window &&
        words.say('windowLevel', {
          width: words.number(window.width, digits),
          center: words.number(window.center, digits),
        }),
      words.say('zoomLevel', { percent: words.number(view.getZoom() * 100) }),
    ];
    write(this.bottom, lines.filter(Boolean).join('\n'));
    const [right, down] = screenDirections(view);
    const letters = edgeLetters(right, down, facts);
    for (const edge of ['left', 'right', 'top', 'bottom'] as const) write(this.edges[edge], letters?.[edge] ?? '');
    const side = sideText(facts);
    write(this.side, side);
    this.drawScale(view, facts);
  }

  private drawScale(view: ShownView, facts: ImageFacts | undefined): void {
    const [a, b] = [view.canvasToWorld([0, 0]), view.canvasToWorld([100, 0])];
    const perPixel = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]) / 100;
    const bar = facts?.spacing && scaleBar(perPixel, Math.min(200, view.canvas.clientWidth / 3));
    this.scale.hidden = !bar;
    if (!bar) return;
    const detector = facts?.spacing?.measuredAt === 'detector' ? ` (${words.say('atDetector')})` : '';
    write(this.scale, bar.label + detector);
    this.scale.style.width = `${bar.pixels}px`;
  }
}

function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

const SIDES: Readonly<Record<string, TextKey>> = { R: 'sideR', L: 'sideL', B: 'sideB', U: 'sideU' };

/** Laterality and view of a paired organ: `Côté : droit – MLO`. */
function sideText(facts: ImageFacts | undefined): string {
  const key = SIDES[facts?.laterality ?? ''];
  if (!key || key === 'sideU') return facts?.view ?? '';
  return [words.say('side', { side: words.say(key) }), facts?.view].filter(Boolean).join(' – ');
}

/** Directions of the screen, rightwards and downwards, in the coordinates in which the image is drawn. */
function screenDirections(view: ShownView): [Vector, Vector] {
  const origin = view.canvasToWorld([0, 0]);
  return [direction(origin, view.canvasToWorld([100, 0])), direction(origin, view.canvasToWorld([0, 100]))];
}

function direction(from: Types.Point3, to: Types.Point3): Vector {
  const [x, y, z] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}
