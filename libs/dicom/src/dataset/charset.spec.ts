import { charsetOf, encodeText } from './charset.js';
import { DatasetError } from './dataset-error.js';
import type { VR } from './vr.js';

const hex = (text: string): Buffer => Buffer.from(text.replace(/[^0-9a-f]/gi, ''), 'hex');
/** ESC written as a word, bytes above ASCII as \xNN: the notation of PS3.5 Annexes H to K. */
const latin = (text: string): Buffer => Buffer.from(text.replaceAll('ESC', '\x1b'), 'latin1');

describe('text is decoded by the character set of its data set', () => {
  it.each<[string, string[], Buffer, string, VR?]>([
    ['default repertoire', [], latin('DUPONT^JEAN'), 'DUPONT^JEAN'],
    ['default repertoire, high bytes', [], latin('LEF\xc8VRE'), 'LEF\ufffdVRE'],
    ['ISO_IR 100', ['ISO_IR 100'], latin('LEF\xc8VRE^H\xe9l\xe8ne'), 'LEFÈVRE^Hélène'],
    ['ISO_IR 100 holding Windows characters', ['ISO_IR 100'], latin('\x9cil l\x92apr\xe8s'), 'œil l’après'],
    ['ISO_IR 101', ['ISO_IR 101'], latin('\xa3ukasz'), 'Łukasz'],
    ['ISO_IR 144', ['ISO_IR 144'], latin('\xbb\xee\xdaceK\xdd'), 'ЛюкceKн'],
    ['ISO_IR 126', ['ISO_IR 126'], latin('\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2'), 'Διονυσιος'],
    ['ISO_IR 203', ['ISO_IR 203'], latin('c\xbdur 5 \xa4'), 'cœur 5 €'],
    ['ISO_IR 192', ['ISO_IR 192'], Buffer.from('Łukasz œ 山田'), 'Łukasz œ 山田'],
    ['ISO_IR 13', ['ISO_IR 13'], latin('\xd4\xcf\xc0\xde^\xc0\xdb\xb3'), 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
    ['GB18030', ['GB18030'], latin('Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab='), 'Wang^XiaoDong=王^小东='],
    ['misspelt ISO_IR100', ['ISO_IR100'], latin('\xe9'), 'é'],
    ['misspelt ISO 2022 IR 100 alone', ['ISO 2022 IR 100'], latin('\xe9t\xe9'), 'été'],
    [
      'Japanese, PS3.5 H.3.1',
      ['', 'ISO 2022 IR 87'],
      latin('Yamada^Tarou=ESC$B;3EDESC(B^ESC$BB@O:ESC(B=ESC$B$d$^$@ESC(B^ESC$B$?$m$&ESC(B'),
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
    ],
    [
      'Japanese, PS3.5 H.3.2',
      ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
      latin('\xd4\xcf\xc0\xde^\xc0\xdb\xb3=ESC$B;3EDESC(J^ESC$BB@O:ESC(J=ESC$B$d$^$@ESC(J^ESC$B$?$m$&ESC(J'),
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    ],
    [
      'Japanese supplement, JIS X 0212',
      ['', 'ISO 2022 IR 87', 'ISO 2022 IR 159'],
      latin('aESC$(D0!ESC(Bb'),
      'a丂b',
      'LO',
    ],
    [
      'Korean, PS3.5 I.2',
      ['', 'ISO 2022 IR 149'],
      latin('Hong^Gildong=ESC$)C\xfb\xf3^ESC$)C\xd1\xce\xd4\xd7=ESC$)C\xc8\xab^ESC$)C\xb1\xe6\xb5\xbf'),
      'Hong^Gildong=洪^吉洞=홍^길동',
    ],
    [
      'Chinese, PS3.5 K.2',
      ['', 'ISO 2022 IR 58'],
      latin('Zhang^XiaoDong=ESC$)A\xd5\xc5^ESC$)A\xd0\xa1\xb6\xab='),
      'Zhang^XiaoDong=张^小东=',
    ],
    [
      'Latin with Greek and Cyrillic',
      ['ISO 2022 IR 100', 'ISO 2022 IR 126', 'ISO 2022 IR 144'],
      latin('\xe9 ESC-F\xc4 ESC-L\xbb\nESC-A\xe9'),
      'é Δ Л\né',
      'LT',
    ],
    ['an escape nobody defined', ['', 'ISO 2022 IR 87'], latin('aESC%Gb'), 'a\ufffd%Gb', 'LO'],
  ])('%s', (_, terms, bytes, text, vr = 'PN') => {
    expect(charsetOf(terms).decode(bytes, vr)).toBe(text);
  });

  it('an unknown set is a typed failure, or replaced when asked', () => {
    expect(() => charsetOf(['ISO_IR 999'])).toThrow(DatasetError);
    expect(() => charsetOf(['latin1'])).toThrow('(0008,0005): unknown character set');
    expect(() => charsetOf(['ISO_IR 100', 'NOPE'])).toThrow(DatasetError);
    expect(charsetOf(['latin1'], 'replace').decode(latin('caf\xe9'), 'LO')).toBe('caf\ufffd');
  });
});

describe('text is encoded only when every character fits', () => {
  it.each([
    ['ISO_IR 100', 'LEFÈVRE^Hélène-Marie', '4c4546c8565245 5e 48e96ce86e65 2d 4d61726965'],
    ['ISO_IR 100', 'e\u0301', 'e9'],
    ['ISO_IR 192', 'œŁ', 'c593 c581'],
    ['ISO_IR 101', 'Łukasz', 'a3 756b61737a'],
    ['ISO_IR 203', '5 €', '35 20 a4'],
    ['', 'ABC', '414243'],
  ])('%s writes %s', (charset, text, bytes) => {
    expect(encodeText(text, charset)).toEqual(hex(bytes));
  });

  it.each([
    ['ISO_IR 100', 'œ'],
    ['ISO_IR 100', 'Łukasz'],
    ['ISO_IR 100', '\u0092'],
    ['ISO_IR 100', '5 €'],
    ['ISO_IR 6', 'é'],
    ['ISO_IR 192', '\ud800'],
    ['ISO_IR 13', 'a'],
    ['GB18030', 'a'],
  ])('%s does not write %j', (charset, text) => {
    expect(encodeText(text, charset)).toBeUndefined();
  });

  it('reads back every character of every Western set', () => {
    for (const charset of [
      'ISO_IR 100',
      'ISO_IR 101',
      'ISO_IR 109',
      'ISO_IR 110',
      'ISO_IR 144',
      'ISO_IR 126',
      'ISO_IR 148',
      'ISO_IR 203',
    ]) {
      const text = charsetOf([charset])
        .decode(Buffer.from(Array.from({ length: 96 }, (_, i) => 0xa0 + i)), 'LT')
        .replaceAll('\ufffd', '');
      const encoded = encodeText(text, charset);
      expect(encoded && charsetOf([charset]).decode(encoded, 'LT')).toBe(text.normalize('NFC'));
    }
  });
});
