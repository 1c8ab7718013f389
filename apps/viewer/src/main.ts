import type { DEPARTURE_PATH } from '@drimbox/contracts';
import { ImageApi, ImageApiFailure } from './api/image-api.js';
import { thisDevice } from './app/device.js';
import { Shell } from './app/shell.js';
import { element } from './dom/element.js';
import { type TextKey, words } from './i18n/i18n.js';
import { earlyDecoder, endEarlyDecoder } from './images/decoder.js';
import { Library } from './series/library.js';
import { keepAlive } from './session/keep-alive.js';

// The contract's code itself stays out of the bundle.
const DEPARTURE: typeof DEPARTURE_PATH = '/deconnexion';
const RETRY_MILLISECONDS = 2000;
const MAX_TRIES = 30;
/** The page waits so long for its first image: drawing it once is quicker than drawing it empty first. */
const PAGE_MILLISECONDS = 400;
/** The library that draws is begun no later than this, whatever the first image does. */
const PICTURE_MILLISECONDS = 2000;

const holder = document.getElementById('viewer') ?? document.body;
const status = element('p', { role: 'status', class: 'start' });
let over = false;
let close = (): void => undefined;

/** Replaces everything by one sentence: no pixel and no trait stays behind. */
function end(key: TextKey): void {
  if (over) return;
  over = true;
  close();
  document.title = words.say('title');
  const page = element('main', { class: 'end' }, element('h1', {}, words.say('title')), status);
  if (key === 'loggedOut') page.append(element('p', {}, element('a', { href: DEPARTURE }, words.say('endProvider'))));
  holder.replaceChildren(page);
  status.textContent = words.say(key);
}

async function start(): Promise<void> {
  const budget = thisDevice();
  earlyDecoder();
  const api = new ImageApi(location.pathname, () => end('expired'));
  const context = await api.context();
  words.language = context.language;
  document.documentElement.lang = context.language;
  document.title = words.say('title');
  const library = new Library(api, context, budget.compressed);
  const first = context.exams[0];
  const listed = first ? library.list(first) : Promise.resolve();
  const logout = (): void => void api.logout().finally(() => end('loggedOut'));
  const shell = new Shell(api, library, logout);
  const warning = element('p', { role: 'alert', class: 'idle', hidden: true });
  const appear = (): void => {
    if (shell.closed || shell.root.isConnected) return;
    status.remove();
    holder.append(shell.root, warning);
  };
  setTimeout(appear, PAGE_MILLISECONDS);
  const pictured = new Promise<void>((resolve) => {
    // Not resolved with the picture's own promise: that would wait for it, however late it is.
    library.addEventListener(
      'list',
      () =>
        void want(library, shell, appear).then(
          () => resolve(),
          () => resolve(),
        ),
      { once: true },
    );
    setTimeout(resolve, PICTURE_MILLISECONDS);
  });
  const stop = keepAlive(
    context.idleSeconds,
    () => api.alive(),
    (seconds) => {
      warning.hidden = seconds === undefined;
      warning.textContent = seconds === undefined ? '' : words.say('idleSoon', { seconds });
      if (seconds === 0) end('expired');
    },
  );
  close = () => {
    stop();
    library.close();
    shell.close();
    endEarlyDecoder();
  };
  // It travels meanwhile (early-script.mjs); compiling it would keep the page from drawing the first image.
  await Promise.race([pictured, listed.then(() => pictured)]);
  const { Viewer } = await import('./app/viewer.js');
  if (shell.closed) return;
  appear();
  const viewer = new Viewer(api, shell, library, budget);
  close = () => {
    stop();
    viewer.close();
  };
  await listed;
}

/** The first series begins to travel before the library that draws is there. */
async function want(library: Library, shell: Shell, appear: () => void): Promise<void> {
  const first = library.series.find(({ info }) => info.kind !== 'other') ?? library.series[0];
  if (!first) return;
  library.want([first]);
  await shell.drawFirst(first, appear);
}

/** Tries again while the server is away; a refusal is said. */
async function run(tries = 0): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (over) return;
    if (error instanceof ImageApiFailure) {
      const { reason, fr, en } = error.answer;
      if (reason === 'expired') return end('expired');
      end(reason === 'forbidden' ? 'refused' : 'unavailable');
      status.append(element('span', {}, ` ${words.language === 'fr' ? fr : en}`));
      return;
    }
    if (!(error instanceof TypeError) || tries >= MAX_TRIES) {
      end('unavailable');
      throw error;
    }
    close();
    close = () => undefined;
    holder.append(status);
    status.textContent = words.say('away');
    setTimeout(() => void run(tries + 1), RETRY_MILLISECONDS);
  }
}

holder.append(status);
status.textContent = words.say('loadingExam');
void run();
