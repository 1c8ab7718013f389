import { element } from '../dom/element.js';
import { followText } from '../i18n/i18n.js';

/** Opens and closes the list of series where the page is too narrow for both. */
export function listButton(page: HTMLElement): HTMLButtonElement {
  const button = followText(
    element('button', {
      type: 'button',
      class: 'show-list',
      'aria-expanded': 'false',
      'aria-controls': 'series-list',
    }),
    'showList',
  );
  button.addEventListener('click', () => {
    const open = page.classList.toggle('list-open');
    button.setAttribute('aria-expanded', String(open));
  });
  return button;
}
