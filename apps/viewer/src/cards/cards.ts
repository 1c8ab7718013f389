import { element } from '../dom/element.js';
import { words } from '../i18n/i18n.js';
import { text } from '../images/dicom-json.js';
import type { OtherObject, Series } from '../series/series.js';
import { filmCard } from './film.js';
import { reportContent } from './report.js';

/** Address of the file of a document. */
export type DocumentAddress = (series: Series, instance: string) => string;

const ENCAPSULATED = '1.2.840.10008.5.1.4.1.1.104.';

/** Objects without pixels as plain cards: a report as text, a document to download, anything else by name. */
export function cardsOf(series: Series, documents: DocumentAddress): HTMLElement[] {
  const address = (instance: string): string => documents(series, instance);
  return [
    ...series.others.map((object) => cardOf(series, object, address(object.instance))),
    ...series.films.map((film) => filmCard(film)),
  ];
}

function cardOf(series: Series, { dataset }: OtherObject, address: string): HTMLElement {
  const sopClass = text(dataset, '00080016') ?? '';
  const card = element('article', { class: 'card' });
  if (sopClass.startsWith(ENCAPSULATED)) {
    const pdf = text(dataset, '00420012') === 'application/pdf' || sopClass === `${ENCAPSULATED}1`;
    card.append(
      element('h3', {}, words.say(pdf ? 'cardPdf' : 'cardDocument')),
      facts([['cardTitle', text(dataset, '00420010')], dateOf(dataset)]),
      element('a', { href: address, download: true, class: 'button' }, words.say('cardOpen')),
    );
  } else if (dataset['0040A730']) {
    card.append(element('h3', {}, words.say('cardReport')), facts([dateOf(dataset), ...statusOf(dataset)]));
    card.append(reportContent(dataset));
  } else {
    const modality = text(dataset, '00080060') ?? series.info.modality;
    card.append(element('h3', {}, series.info.description || modality), facts([dateOf(dataset)]));
    card.append(element('p', {}, words.say('cardOther', { modality })));
  }
  return card;
}

type Fact = readonly [Parameters<typeof words.say>[0], string | undefined];

function dateOf(dataset: OtherObject['dataset']): Fact {
  const date = text(dataset, '00080023') ?? text(dataset, '00080020');
  return ['cardDate', date && /^\d{8}$/.test(date) ? date.replace(/(\d{4})(\d\d)(\d\d)/, '$3/$2/$1') : undefined];
}

function statusOf(dataset: OtherObject['dataset']): Fact[] {
  const complete = text(dataset, '0040A491');
  const verified = text(dataset, '0040A493');
  const said = [
    complete && words.say(complete === 'COMPLETE' ? 'cardComplete' : 'cardPartial'),
    verified && words.say(verified === 'VERIFIED' ? 'cardVerified' : 'cardUnverified'),
  ].filter(Boolean);
  return [['cardStatus', said.join(', ')]];
}

function facts(list: readonly Fact[]): HTMLElement {
  const known = list.filter(([, value]) => value);
  return element(
    'dl',
    {},
    ...known.flatMap(([key, value]) => [element('dt', {}, words.say(key)), element('dd', {}, value ?? '')]),
  );
}
