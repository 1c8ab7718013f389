import { namesDocument, readLink } from './read-link.js';

const GOOD = 'requestType=STUDY&studyUID=1.2.3&Accessionnumber=A1&idCDA=1.2.9_7';
const LINK = { study: '1.2.3', accession: 'A1', document: '1.2.9_7' };

describe('the link of a report', () => {
  it.each([
    GOOD,
    'REQUESTTYPE=study&STUDYINSTANCEUID=1.2.3&accessionNumber=A1&IDCDA=1.2.9_7',
    `${GOOD}&studyInstanceUID=1.2.3&viewer=other`,
  ])('is read: %s', (query) => expect(readLink(query)).toEqual(LINK));

  it.each([
    '',
    GOOD.replace('STUDY', 'PATIENT'),
    GOOD.replace('requestType=STUDY&', ''),
    GOOD.replace('1.2.3', '../1.2.3'),
    GOOD.replace('&idCDA=1.2.9_7', ''),
    GOOD.replace('A1', ''),
    GOOD.replace('A1', '%00'),
    `${GOOD}&studyUID=1.2.4`,
    `${GOOD}&pad=${'x'.repeat(1024)}`,
    GOOD.replace('A1', 'x'.repeat(201)),
  ])('is none: %s', (query) => expect(readLink(query)).toBeUndefined());
});

it.each([
  ['1.2.9', '1.2.9', true],
  ['1.2.9_7', '1.2.9^7', true],
  ['1.2.9^7', '1.2.9^7', true],
  ['1.2.9/7', '1.2.9^7', true],
  ['1.2.9', '1.2.9^7', true],
  ['1.2.9_8', '1.2.9^7', false],
  ['1.2.9_7', '1.2.9', false],
  ['1.2', '1.2.9', false],
  ['A0-B1', 'a0-b1', true],
])('%s names %s: %s', (document, key, named) => expect(namesDocument(document, key)).toBe(named));
