import type { Browser, Page } from 'playwright-core';
import type { DicomFile } from './dicom-file.js';
import { openPage } from './browser.js';

/** Texts that would run, or be an element, if they ever became markup. */
export const POISONS = [
  '<img src=x onerror="window.hacked=1">',
  '"><script>window.hacked=1</script>',
  `'><svg onload="window.hacked=1"><iframe srcdoc="<script>parent.hacked=1</script>">`,
] as const;

let turn = 0;
const poison = (): string => POISONS[(turn += 1) % POISONS.length] ?? '';

type Json = DicomFile['json'];
const TEXT_VRS = new Set('AE AS CS DA DT LO LT PN SH ST TM UC UI UR UT'.split(' '));
/** What decides how an object is shown: wrong values there would only hide the others. */
const KEPT = new Set(['00080005', '00080016', '00280004', '0040A040', '00420012']);

/** Every text of a data set, of its sequences too, is replaced; `more` names attributes that it gets besides. */
export function poisoned(json: Json, more: readonly (readonly [tag: string, vr: string])[] = []): Json {
  const added = more.map(([tag, vr]) => [tag, { vr, Value: [textOf(vr)] }] as const);
  const own = Object.entries(json).map(([tag, element]) => {
    if (element.vr === 'SQ') {
      return [
        tag,
        { ...element, Value: (element.Value as Json[] | undefined)?.map((each) => poisoned(each)) },
      ] as const;
    }
    if (!TEXT_VRS.has(element.vr) || KEPT.has(tag)) return [tag, element] as const;
    return [tag, { vr: element.vr, Value: (element.Value ?? ['']).map(() => textOf(element.vr)) }] as const;
  });
  return Object.fromEntries([...added, ...own]) as Json;
}

const textOf = (vr: string): unknown => (vr === 'PN' ? { Alphabetic: poison() } : poison());

/** Fields of the answers of the API that the page acts upon. */
const ACTED_UPON = new Set(['id', 'kind', 'sex', 'language', 'firstQuality', 'reason', 'state', 'outcome']);

export function poisonedAnswer(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return ACTED_UPON.has(key) ? value : poison();
  if (Array.isArray(value)) return value.map((each) => poisonedAnswer(each, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poisonedAnswer(each, name)]));
}

/** A page to which every answer of the API comes with hostile texts in every field, longer than any schema allows. */
export async function openPoisoned(
  browser: Browser,
  address: string,
): Promise<{ page: Page; complaints: string[]; harm: () => Promise<string[]> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' });
  await context.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { refusals: seen });
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => seen.push(effectiveDirective));
  });
  await context.route(/\/api\/v\/[^/]+\/(context|exams\/[^/]+\/(series|zip.*))$/, async (route) => {
    const answer = await route.fetch();
    if (!answer.headers()['content-type']?.includes('json')) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: poisonedAnswer(await answer.json()) });
  });
  const opened = await openPage(browser, address, {}, context);
  const harm = (): Promise<string[]> =>
    opened.page.evaluate(() => {
      const { hacked, refusals } = window as { hacked?: number; refusals?: string[] };
      const made = Array.from(
        document.querySelectorAll(
          'img, iframe, object, embed, script:not([src]), svg[onload], [onerror], [onload], [style*=expression]',
        ),
        (one) => `element: ${one.outerHTML.slice(0, 80)}`,
      );
      return [...(hacked === undefined ? [] : ['a script ran']), ...(refusals ?? []), ...made];
    });
  return { ...opened, harm };
}
