import { element } from '../dom/element.js';
import { words } from '../i18n/i18n.js';
import { type DicomJson, item, items, text, texts } from '../images/dicom-json.js';

const MAX_DEPTH = 12;

/** The content tree of a structured report (PS3.3 §C.17.3) as nested lists; every text is a text node. */
export function reportContent(dataset: DicomJson): HTMLElement {
  const body = element('div', { class: 'report' });
  const title = meaning(dataset, '0040A043');
  if (title) body.append(element('h4', {}, title));
  body.append(list(items(dataset, '0040A730'), 0));
  return body;
}

function list(contents: readonly DicomJson[], depth: number): HTMLElement {
  return element('ul', {}, ...contents.map((content) => entry(content, depth)));
}

function entry(content: DicomJson, depth: number): HTMLElement {
  const concept = meaning(content, '0040A043');
  const value = valueOf(content);
  const line = element('li', {});
  if (concept) line.append(element('strong', {}, value ? `${concept} : ` : concept));
  if (value) line.append(value);
  const children = items(content, '0040A730');
  if (children.length > 0 && depth < MAX_DEPTH) line.append(list(children, depth + 1));
  return line;
}

function valueOf(content: DicomJson): string {
  switch (text(content, '0040A040')) {
    case 'TEXT':
      return text(content, '0040A160') ?? '';
    case 'CODE':
      return meaning(content, '0040A168') ?? '';
    case 'NUM': {
      const measured = item(content, '0040A300');
      return [texts(measured, '0040A30A')[0], meaning(measured, '004008EA')].filter(Boolean).join(' ');
    }
    case 'PNAME':
      return (text(content, '0040A123') ?? '').replaceAll('^', ' ').trim();
    case 'DATE':
      return text(content, '0040A121') ?? '';
    case 'TIME':
      return text(content, '0040A122') ?? '';
    case 'DATETIME':
      return text(content, '0040A120') ?? '';
    case 'UIDREF':
      return text(content, '0040A124') ?? '';
    case 'IMAGE':
    case 'COMPOSITE':
      return words.say('cardImageReference');
    default:
      return '';
  }
}

/** Meaning of a code (PS3.3 §8.3). */
const meaning = (dataset: DicomJson | undefined, tag: string): string | undefined =>
  text(item(dataset, tag), '00080104');
