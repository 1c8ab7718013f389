import type { ViewExam, ZipProgress } from '@drimbox/contracts';
import type { ImageApi } from '../api/image-api.js';
import { element } from '../dom/element.js';
import { followAttribute, followText, words } from '../i18n/i18n.js';

const ASK_MILLISECONDS = 700;
const MEGABYTE = 1_000_000;

/** Words for how far a ZIP is. */
export function zipText({ state, received, expected, bytes }: ZipProgress): string {
  const values = { received, expected: expected ?? '?', size: words.number(bytes / MEGABYTE) };
  switch (state) {
    case 'waiting':
    case 'running':
      return words.say(expected === undefined ? 'zipRunningUnknown' : 'zipRunning', values);
    case 'complete':
      return words.say('zipComplete', values);
    case 'incomplete':
      return words.say('zipIncomplete', values);
    case 'cancelled':
      return words.say('zipCancelled');
    case 'failed':
      return words.say('zipFailed');
  }
}

/**
 * Download of a whole exam. The browser writes the archive to disk as it comes, so its size does not matter; the portal
 * says how far it is.
 */
export function zipButton(api: ImageApi, exams: readonly ViewExam[]): HTMLElement {
  const choice = followAttribute(element('select', {}), 'aria-label', 'zipExam');
  for (const exam of exams) {
    const title = [exam.date && words.date(exam.date), exam.description].filter(Boolean).join(' · ');
    choice.append(element('option', { value: exam.id }, title));
  }
  choice.hidden = exams.length < 2;
  const start = element('button', { type: 'button', id: 'zip' }, 'ZIP');
  followAttribute(start, 'aria-label', 'zip');
  followAttribute(start, 'title', 'zip');
  const cancel = followText(element('button', { type: 'button', hidden: true }), 'cancel');
  const status = element('span', { role: 'status', class: 'zip-status' });
  const running = (yes: boolean): void => {
    start.disabled = yes;
    cancel.hidden = !yes;
  };
  start.addEventListener('click', () => {
    running(true);
    void download(api, choice.value, cancel, (text) => (status.textContent = text)).finally(() => running(false));
  });
  return element('div', { class: 'zip' }, choice, start, cancel, status);
}

async function download(
  api: ImageApi,
  exam: string,
  cancel: HTMLButtonElement,
  say: (text: string) => void,
): Promise<void> {
  try {
    const { id, address } = await api.beginZip(exam);
    const link = element('a', { href: address, download: true, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    const stop = (): void => void api.cancelZip(exam, id).catch(() => undefined);
    cancel.addEventListener('click', stop, { once: true });
    for (;;) {
      const progress = await api.zipProgress(exam, id);
      say(zipText(progress));
      if (progress.state !== 'waiting' && progress.state !== 'running') break;
      await new Promise((resolve) => setTimeout(resolve, ASK_MILLISECONDS));
    }
    cancel.removeEventListener('click', stop);
  } catch {
    say(words.say('zipFailed'));
  }
}
