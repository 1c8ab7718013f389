import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeWithSamples, SAMPLES } from '../testing/samples.js';
import { mutated, seededRandom } from '../testing/random.js';
import { parseAccept } from './accept.js';
import { frameMediaType, frameWishes, instanceWishes, takesDicomJson, type Wish } from './wishes.js';

const JPEG = '1.2.840.10008.1.2.4';
const EXPLICIT = '1.2.840.10008.1.2.1';

const ranges = (header: string | readonly string[]): Parameters<typeof instanceWishes>[0] => {
  const read = parseAccept(header);
  if (!read.ok) throw new Error(read.error);
  return read.ranges;
};
const wished = (header: string | readonly string[]): [string, number][] =>
  instanceWishes(ranges(header)).map(({ transferSyntax, q }) => [transferSyntax, q]);

const OFFICIAL = (syntax: string, q: number): string =>
  `multipart/related; type="application/dicom";transfer-syntax=${syntax};q=${q};boundary=**`;

describe('Accept of instances', () => {
  it('reads the national form: a list, a trailing comma, boundary=**, q; best first, listed order among equals', () => {
    const header = `${OFFICIAL(`${JPEG}.70`, 0.6)},${OFFICIAL(`${JPEG}.50`, 0.9)},${OFFICIAL(`${JPEG}.51`, 0.9)},`;
    expect(wished(header)).toEqual([
      [`${JPEG}.50`, 0.9],
      [`${JPEG}.51`, 0.9],
      [`${JPEG}.70`, 0.6],
    ]);
  });

  it('repeated headers are one list', () => {
    expect(wished([`${OFFICIAL(`${JPEG}.80`, 0.8)},`, OFFICIAL(EXPLICIT, 0.4)])).toEqual([
      [`${JPEG}.80`, 0.8],
      [EXPLICIT, 0.4],
    ]);
  });

  it.each([
    [
      'quotes, case and spaces',
      `Multipart/Related ; TYPE=application/dicom ; Transfer-Syntax="${JPEG}.80" ; Q=0.5`,
      [[`${JPEG}.80`, 0.5]],
    ],
    [
      'a comma inside of quotes',
      `multipart/related;type="application/dicom";x="a,b\\";c";transfer-syntax=*`,
      [['*', 1]],
    ],
    ['no type, no syntax: DICOM in Explicit LE', 'multipart/related', [[EXPLICIT, 1]]],
    ['one object alone', `application/dicom;transfer-syntax=${JPEG}.50`, [[`${JPEG}.50`, 1]]],
    ['anything', '*/*', [[EXPLICIT, 1]]],
    ['a repeat: the highest q counts', `${OFFICIAL(EXPLICIT, 0.1)},${OFFICIAL(EXPLICIT, 0.3)}`, [[EXPLICIT, 0.3]]],
    ['what is no DICOM is nothing', 'multipart/related;type="image/jpeg", text/html', []],
  ] as [string, string, [string, number][]][])('%s', (_, header, expected) => {
    expect(wished(header)).toEqual(expected);
  });

  it('tells one object alone from a multipart', () => {
    const forms = instanceWishes(ranges('application/dicom, multipart/related;type="application/dicom"'));
    expect(forms.map(({ form }) => form)).toEqual(['single', 'multipart']);
  });

  it.each([
    ['nothing', undefined, 'missing'],
    ['empty', ' , ,', 'missing'],
    ['a type without subtype', 'multipart', 'malformed'],
    ['an open quote', 'multipart/related;type="application/dicom', 'malformed'],
    ['a q above 1', 'multipart/related;q=1.1', 'malformed'],
    ['a negative q', 'multipart/related;q=-0.1', 'malformed'],
    ['a parameter twice', 'multipart/related;q=1;q=0', 'malformed'],
    ['a parameter without value', 'multipart/related;boundary', 'malformed'],
    ['a line end', 'multipart/related;type="a\r\nb"', 'malformed'],
    ['129 ranges', Array.from({ length: 129 }, () => '*/*').join(), 'limit'],
    ['16 KiB', `x/${'y'.repeat(16_384)}`, 'limit'],
  ])('%s is refused', (_, header, error) => {
    expect(parseAccept(header)).toEqual({ ok: false, error });
  });

  it('20000 mutations are read or refused, never thrown', () => {
    const original = Buffer.from([70, 80, 91].map((n) => OFFICIAL(`${JPEG}.${n}`, 0.5)).join());
    const random = seededRandom(27);
    let refused = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const read = parseAccept(mutated(original, random).toString('latin1'));
      if (read.ok) instanceWishes(read.ranges);
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

describe('Accept of frames and metadata', () => {
  it('a media type brings its default syntax; a syntax of another family is nothing', () => {
    const shown = (header: string): string[] =>
      frameWishes(ranges(header)).map(({ mediaType, transferSyntax }: Wish) => `${mediaType} ${transferSyntax}`);
    expect(shown('multipart/related; type="image/jls"')).toEqual([`image/jls ${JPEG}.80`]);
    expect(shown(`multipart/related; type="image/jp2"; transfer-syntax=${JPEG}.91`)).toEqual([`image/jp2 ${JPEG}.91`]);
    expect(shown(`multipart/related; type="image/jp2"; transfer-syntax=${JPEG}.50`)).toEqual([]);
    expect(shown('multipart/related; type="application/octet-stream"; transfer-syntax=*')).toEqual([
      'application/octet-stream *',
    ]);
    expect(shown('multipart/related; type="image/*"').length).toBeGreaterThan(4);
    expect(frameMediaType(`${JPEG}.202`)).toBe('image/jphc');
    expect(frameMediaType('1.2.840.10008.1.2')).toBeUndefined();
  });

  it.each([
    ['application/dicom+json', true],
    ['application/json;q=0.2', true],
    ['*/*', true],
    ['application/dicom+json;q=0, */*', false],
    ['multipart/related;type="application/dicom+xml"', false],
  ])('metadata for %s: %s', (header, taken) => {
    expect(takesDicomJson(ranges(header))).toBe(taken);
  });
});

describeWithSamples('the official requests', () => {
  const accept = (file: string): string => {
    const text = readFileSync(path.join(SAMPLES, 'drim-m-data/wado-rs', file), 'latin1');
    return /^Accept:\s*(.*)$/im.exec(text)?.[1] ?? '';
  };

  it.each([
    ['OK_Requete_CISIS_TSLossless.txt', ['.70', '.80', '.91'], 0.9],
    ['OK_Requete_CISIS_TSLossy.txt', ['.50', '.51', '.70'], 0.9],
    ['Requete_WADO-RS_Serie.txt', ['.70', '.80', '.91'], 0.9],
  ])('%s: ten syntaxes in their order', (file, first, best) => {
    const read = wished(accept(file));
    expect(read).toHaveLength(10);
    expect(read.slice(0, 3).map(([uid]) => uid)).toEqual(first.map((suffix) => JPEG + suffix));
    expect(read[0]?.[1]).toBe(best);
    expect(read.at(-1)).toEqual([EXPLICIT, 0.4]);
  });
});
