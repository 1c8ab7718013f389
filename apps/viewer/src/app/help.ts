import { element } from '../dom/element.js';
import { follow, followText, type TextKey, words } from '../i18n/i18n.js';

const SHORTCUTS: readonly (readonly [string, TextKey])[] = [
  ['↑ ↓ ← →', 'shortcutScroll'],
  ['Page ↑ ↓', 'shortcutPage'],
  ['Home / End', 'shortcutEnds'],
  ['+ / −', 'shortcutZoom'],
  ['Maj / Shift + ↑ ↓ ← →', 'shortcutMove'],
  ['w W l L', 'shortcutWindow'],
  ['i', 'shortcutInvert'],
  ['r', 'shortcutRotate'],
  ['0', 'shortcutReset'],
  ['c', 'shortcutCine'],
  ['a', 'shortcutAnnotations'],
  ['Tab', 'shortcutPane'],
];

/** The shortcuts of the keyboard, in a dialog of the browser. */
export function helpDialog(): HTMLDialogElement {
  const close = followText(element('button', { type: 'button', autofocus: true }), 'close');
  const list = element('dl', {});
  follow(list, () =>
    list.replaceChildren(
      ...SHORTCUTS.map(([keys, key]) =>
        element('div', {}, element('dt', {}, element('kbd', {}, keys)), element('dd', {}, words.say(key))),
      ),
    ),
  );
  const title = followText(element('h2', { id: 'help-title' }), 'shortcuts');
  const dialog = element('dialog', { 'aria-labelledby': 'help-title' }, title, list, close);
  close.addEventListener('click', () => dialog.close());
  return dialog;
}
