import type { ViewExam } from '@drimbox/contracts';
import { titleOf } from '../app/texts.js';
import { element } from '../dom/element.js';
import { follow, followAttribute, followText, words } from '../i18n/i18n.js';
import { objectsOf, progressOf } from '../progress/progress.js';
import type { Library } from '../series/library.js';
import type { Series } from '../series/series.js';

const UPDATE_MILLISECONDS = 200;

/** What the list asks of the views. */
export interface Views {
  choose(series: Series): void;
  /** Throws when the frame cannot be decoded. */
  drawThumbnail(imageId: string, picture: HTMLCanvasElement): Promise<void>;
}

/** Exams and their series: a picture, the name, how many images, how far they are. Choosing one shows it in the active view. */
export class SeriesList {
  readonly root = followAttribute(element('nav', { class: 'series-list', id: 'series-list' }), 'aria-label', 'exams');
  private readonly exams = new Map<string, { readonly list: HTMLElement; readonly note: HTMLElement }>();
  private readonly buttons = new Map<Series, HTMLButtonElement>();

  constructor(
    private readonly library: Library,
    /** What is asked is done at once, or when there is somebody to do it. */
    private readonly ask: (act: (views: Views) => void) => void,
  ) {
    for (const [index, exam] of library.context.exams.entries()) this.addExam(exam, index === 0);
    library.addEventListener('list', () => this.refresh());
    this.refresh();
  }

  /** Marks the series on screen. */
  mark(shown: readonly Series[]): void {
    for (const [series, button] of this.buttons) {
      if (shown.includes(series)) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  private addExam(exam: ViewExam, open: boolean): void {
    const list = element('ul', {});
    const note = followText(element('p', { class: 'note' }), 'loadingExam');
    const title = [exam.date && words.date(exam.date), exam.description].filter(Boolean).join(' · ');
    const details = element(
      'details',
      { open },
      element('summary', {}, element('span', { class: 'exam-title' }, title), element('span', {}, exam.place ?? '')),
      note,
      list,
    );
    let asked = open;
    details.addEventListener('toggle', () => {
      if (!details.open || asked) return;
      asked = true;
      void this.library.list(exam).catch(() => {
        asked = false;
        note.textContent = words.say('unavailable');
      });
    });
    this.exams.set(exam.id, { list, note });
    this.root.append(details);
  }

  private refresh(): void {
    for (const series of this.library.series) {
      const exam = this.exams.get(series.exam.id);
      if (!exam || this.buttons.has(series)) continue;
      exam.note.remove();
      const button = this.button(series);
      this.buttons.set(series, button);
      const line = element('li', {}, button);
      if (series.info.kind === 'key-images') exam.list.prepend(line);
      else exam.list.append(line);
    }
  }

  private button(series: Series): HTMLButtonElement {
    const picture = element('canvas', { class: 'thumbnail', width: '64', height: '64', 'aria-hidden': 'true' });
    picture.hidden = series.info.kind === 'other';
    const name = follow(element('span', { class: 'series-name' }), (span) => {
      span.textContent = titleOf(series);
    });
    const count = element('span', { class: 'series-count' });
    const bar = element('progress', { max: '1', 'aria-hidden': 'true' });
    const button = element(
      'button',
      { type: 'button', class: 'series', 'data-series': series.info.id },
      picture,
      element('span', { class: 'series-words' }, name, count, bar),
    );
    button.addEventListener('click', () => this.ask((views) => views.choose(series)));
    let drawn = false;
    const update = (): void => {
      count.textContent = countText(series);
      const { fraction, state } = progressOf({ ...stateOf(series), objects: objectsOf(series) });
      bar.hidden = state !== 'loading';
      if (fraction === undefined) bar.removeAttribute('value');
      else bar.value = fraction;
      button.dataset['state'] = state;
      const first = series.imageIdAt(0);
      if (!drawn && first !== undefined && this.library.store.peek(first)) {
        drawn = true;
        // After the view has had its first image.
        setTimeout(
          () => this.ask((views) => void views.drawThumbnail(first, picture).catch(() => undefined)),
          UPDATE_MILLISECONDS,
        );
      }
    };
    let due: ReturnType<typeof setTimeout> | undefined;
    series.addEventListener('change', () => {
      due ??= setTimeout(() => {
        due = undefined;
        update();
      }, UPDATE_MILLISECONDS);
    });
    words.addEventListener('change', update);
    update();
    return button;
  }
}

const stateOf = ({ state, received, expected }: Series): Pick<Series, 'state' | 'received' | 'expected'> => ({
  state,
  received,
  expected,
});

function countText(series: Series): string {
  const { received, expected, state } = progressOf({ ...stateOf(series), objects: objectsOf(series) });
  if (state === 'loading' || state === 'incomplete' || state === 'interrupted') {
    return expected === undefined
      ? words.say('progressUnknown', { received })
      : words.say('progress', { received, expected });
  }
  if (state === 'failed') return words.say('failed');
  const images = series.images.length > 0;
  const count = images ? series.images.length : (expected ?? received);
  if (images || series.info.kind !== 'other') return words.say(count === 1 ? 'image' : 'images', { count });
  return words.say(count === 1 ? 'object' : 'objects', { count });
}
