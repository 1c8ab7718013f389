import type { ImageApi } from '../api/image-api.js';
import { element } from '../dom/element.js';
import { FirstPicture } from '../first/first-picture.js';
import { Later } from '../first/later.js';
import { header, sessionButtons } from '../header/header.js';
import { followText } from '../i18n/i18n.js';
import type { Library } from '../series/library.js';
import { qualityChoice } from '../series/quality-choice.js';
import type { Series } from '../series/series.js';
import { SeriesList, type Views } from '../series-list/series-list.js';
import { type Commands, Toolbar } from '../tools/toolbar.js';
import { zipButton } from '../zip/zip-button.js';
import { helpDialog } from './help.js';
import { listButton } from './list-button.js';

/** What the page asks of those who draw. */
export interface Drawing extends Views {
  readonly commands: Commands;
}

/**
 * All of the page but its views: header, list of series, tools. It stands, with the first image, before the library that draws is there;
 * what is asked of that meanwhile is not lost.
 */
export class Shell {
  readonly root = element('div', { class: 'viewer' });
  readonly stage = element('main', { class: 'stage', id: 'images', tabindex: '-1' });
  readonly help = helpDialog();
  readonly drawing = new Later<Drawing>();
  readonly list: SeriesList;
  readonly toolbar = new Toolbar((act) => this.drawing.ask(({ commands }) => act(commands)));
  firstPicture: FirstPicture | undefined;
  /** Nothing of it may come on screen any more. */
  closed = false;

  constructor(
    api: ImageApi,
    private readonly library: Library,
    onLogout: () => void,
  ) {
    const { context } = library;
    this.list = new SeriesList(library, this.drawing.ask);
    this.list.root.prepend(...qualityChoice(library));
    const skip = followText(element('a', { href: '#images', class: 'skip' }), 'toImages');
    const help = followText(element('button', { type: 'button' }), 'help');
    help.addEventListener('click', () => this.help.showModal());
    const zip = context.allowed.zip ? [zipButton(api, context.exams)] : [];
    this.root.append(
      skip,
      header(context),
      element('div', { class: 'bar' }, listButton(this.root), ...zip, help, ...sessionButtons(onLogout)),
      this.toolbar.root,
      this.list.root,
      this.stage,
      this.help,
    );
  }

  /** Draws the first image of a series as soon as it has come, in the page that `appear` shows. Resolves when it is drawn, or will never be. */
  async drawFirst(series: Series, appear: () => void): Promise<void> {
    this.firstPicture = new FirstPicture(series, this.library.store, appear);
    this.stage.append(this.firstPicture.root);
    await this.firstPicture.settled;
  }

  close(): void {
    this.closed = true;
    this.firstPicture?.end();
    this.root.remove();
  }
}
