import { characterCount, utf8Size } from '../dataset/text.js';
import { isUid } from '../uids.js';
import { chooseCharset } from './choose-charset.js';
import { institutionName } from './institution-name.js';
import { localTime } from './local-time.js';
import { referenceType } from './sop-classes.js';
import { newUid } from './uid.js';

it('chooseCharset: Latin-1 when every text fits it, decomposed accents too', () => {
  expect(chooseCharset(['LEFÈVRE^Hélène', 'e\u0301', ''])).toBe('ISO_IR 100');
  expect(chooseCharset(['LEFÈVRE', 'œ'])).toBe('ISO_IR 192');
});

it('institutionName: the id in component 10, the name cut to what LO leaves', () => {
  expect(institutionName({ name: 'Centre Ambroise', id: '101235555' }, characterCount)).toBe(
    'Centre Ambroise^^^^^^^^^101235555',
  );
  const long = institutionName({ name: 'é'.repeat(80), id: '101235555' }, characterCount);
  expect(long).toBe(`${'é'.repeat(46)}^^^^^^^^^101235555`);
  expect(utf8Size(institutionName({ name: 'é'.repeat(80), id: '101235555' }, utf8Size))).toBe(64);
  expect(institutionName({ name: 'A^B', id: '1' }, characterCount).split('^')).toEqual([
    'A B',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '',
    '1',
  ]);
});

it.each([
  ['winter in Paris', '2026-01-02T23:30:05Z', 'Europe/Paris', { date: '20260103', time: '003005', offset: '+0100' }],
  ['summer in Paris', '2026-07-14T08:00:00Z', 'Europe/Paris', { date: '20260714', time: '100000', offset: '+0200' }],
  ['Réunion', '2026-07-14T08:00:00Z', 'Indian/Reunion', { date: '20260714', time: '120000', offset: '+0400' }],
  ['Martinique', '2026-07-14T02:00:00Z', 'America/Martinique', { date: '20260713', time: '220000', offset: '-0400' }],
  ['UTC', '2026-07-14T00:00:00Z', 'UTC', { date: '20260714', time: '000000', offset: '+0000' }],
])('localTime: %s', (_, instant, zone, expected) => {
  expect(localTime(new Date(instant), zone)).toEqual(expected);
});

describe('newUid', () => {
  it('is valid, new each time, and as random as the root allows', () => {
    for (const root of ['1.2.250.1.213.4.5', `1.2.${'3'.repeat(39)}`]) {
      const uids = Array.from({ length: 500 }, () => newUid(root));
      expect(uids.every((uid) => isUid(uid) && uid.startsWith(`${root}.`))).toBe(true);
      expect(new Set(uids).size).toBe(500);
      expect(new Set(uids.map((uid) => uid.length)).size).toBe(1);
    }
  });

  it('refuses a root that leaves less than 64 random bits, or is none', () => {
    expect(() => newUid(`1.2.${'3'.repeat(40)}`)).toThrow(RangeError);
    expect(() => newUid('1.2.')).toThrow(RangeError);
  });
});

it.each([
  ['1.2.840.10008.5.1.4.1.1.2', 'IMAGE'],
  ['1.2.840.10008.5.1.4.1.1.7', 'IMAGE'],
  ['1.2.840.10008.5.1.4.1.1.13.1.3', 'IMAGE'],
  ['1.2.840.10008.5.1.4.1.1.9.1.1', 'WAVEFORM'],
  ['1.2.840.10008.5.1.4.1.1.481.2', 'COMPOSITE'],
  ['1.2.840.10008.5.1.4.1.1.88.59', 'COMPOSITE'],
  ['1.2.840.10008.5.1.4.1.1.11.1', 'COMPOSITE'],
  ['1.2.840.10008.5.1.4.1.1.104.1', 'COMPOSITE'],
  ['1.3.46.670589.11.0.0.12.1', 'COMPOSITE'],
])('referenceType of %s: %s', (sopClass, type) => {
  expect(referenceType(sopClass)).toBe(type);
});
