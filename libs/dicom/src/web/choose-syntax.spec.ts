import { chooseSyntax, type ChoiceOptions, type SyntaxChoice } from './choose-syntax.js';
import type { Wish } from './wishes.js';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const jpeg = (suffix: number): string => `1.2.840.10008.1.2.4.${suffix}`;

const wishes = (...list: [string, number][]): Wish[] =>
  list
    .map(([transferSyntax, q]) => ({ transferSyntax, q, mediaType: 'application/dicom', form: 'multipart' }) as const)
    .toSorted((a, b) => b.q - a.q);
const LOSSLESS = wishes([jpeg(70), 0.9], [jpeg(80), 0.8], [jpeg(91), 0.6], [jpeg(50), 0.5], [jpeg(51), 0.5], [jpeg(100), 0.5], [EXPLICIT, 0.4]); // prettier-ignore
const LOSSY = wishes([jpeg(50), 0.9], [jpeg(51), 0.9], [jpeg(70), 0.6], [jpeg(80), 0.5], [jpeg(91), 0.5], [EXPLICIT, 0.4]); // prettier-ignore
const ONLY_EXPLICIT = wishes([EXPLICIT, 1]);

/** What a grey image of 8 bits can become. */
const MADE = new Set([EXPLICIT, jpeg(50), jpeg(51), jpeg(70), jpeg(80), jpeg(91)]);
const canConvert = (from: string, to: string): boolean => MADE.has(to) && from !== jpeg(100);
const choose = (stored: string, list: readonly Wish[], more: Partial<ChoiceOptions> = {}): SyntaxChoice =>
  chooseSyntax(stored, list, { canConvert, ...more });

const pass = (transferSyntax: string): SyntaxChoice => ({ action: 'pass', transferSyntax });
const relabel = (transferSyntax: string): SyntaxChoice => ({ action: 'relabel', transferSyntax });
const convert = (transferSyntax: string): SyntaxChoice => ({ action: 'convert', transferSyntax });
const none: SyntaxChoice = { action: 'none' };

it.each([
  ['a stored syntax that is listed passes, whatever its q', jpeg(80), LOSSLESS, {}, pass(jpeg(80))],
  ['lossy as stored passes', jpeg(50), LOSSLESS, {}, pass(jpeg(50))],
  ['uncompressed passes without the setting', EXPLICIT, LOSSLESS, {}, pass(EXPLICIT)],
  ['uncompressed leaves compressed with the setting', EXPLICIT, LOSSLESS, { compress: true }, convert(jpeg(70))],
  ['compression never becomes a loss', EXPLICIT, LOSSY, { compress: true }, convert(jpeg(70))],
  ['unless weights decide', EXPLICIT, LOSSY, { compress: true, lossy: 'by-weight' }, convert(jpeg(50))],
  ['a client of Explicit LE alone gets it', EXPLICIT, ONLY_EXPLICIT, { compress: true }, pass(EXPLICIT)],
  ['implicit is re-encoded', IMPLICIT, ONLY_EXPLICIT, {}, convert(EXPLICIT)],
  ['implicit is compressed', IMPLICIT, LOSSLESS, { compress: true }, convert(jpeg(70))],
  ['implicit without the setting: the highest q', IMPLICIT, LOSSLESS, {}, convert(jpeg(70))],
  ['.90 is .91 as it is', jpeg(90), LOSSLESS, { compress: true }, relabel(jpeg(91))],
  ['.90 that is listed stays .90', jpeg(90), wishes([jpeg(91), 1], [jpeg(90), 0.1]), {}, pass(jpeg(90))],
  ['.202 is .203', jpeg(202), wishes([jpeg(203), 1]), {}, relabel(jpeg(203))],
  ['.70 is .57', jpeg(70), wishes([jpeg(57), 1]), {}, relabel(jpeg(57))],
  ['HTJ2K becomes what the client knows', jpeg(201), LOSSLESS, {}, convert(jpeg(70))],
  ['lossless becomes lossy when nothing else is listed', jpeg(80), wishes([jpeg(50), 0.2]), {}, convert(jpeg(50))],
  ['lossless stays lossless although lossy weighs more', jpeg(201), LOSSY, {}, convert(jpeg(70))],
  ['lossy is decoded for who cannot read it', jpeg(50), ONLY_EXPLICIT, {}, convert(EXPLICIT)],
  ['video passes', jpeg(100), LOSSLESS, {}, pass(jpeg(100))],
  ['video goes nowhere else', jpeg(100), ONLY_EXPLICIT, {}, none],
  ['any syntax means as stored', jpeg(201), wishes(['*', 1]), { compress: true }, pass(jpeg(201))],
  ['any syntax but this one', jpeg(80), wishes(['*', 1], [jpeg(80), 0]), {}, convert(EXPLICIT)],
  ['q=0 is a refusal', EXPLICIT, wishes([EXPLICIT, 0]), {}, none],
  ['what cannot be made is not chosen', jpeg(80), wishes([jpeg(202), 1], [EXPLICIT, 0.1]), {}, convert(EXPLICIT)],
  ['nothing wished', EXPLICIT, [], {}, none],
] as [string, string, Wish[], Partial<ChoiceOptions>, SyntaxChoice][])('%s', (_, stored, list, more, expected) => {
  expect(choose(stored, list, more)).toEqual(expected);
});
