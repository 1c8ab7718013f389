import { decodeBase64 } from './base64.js';

const outcome = (text: string, tolerant: boolean): string => {
  const result = decodeBase64(Buffer.from(text), tolerant);
  if (!result.ok) return result.wrong;
  return `${result.bytes.toString()}${result.paddingRepaired ? ' (repaired)' : ''}`;
};

describe('base64', () => {
  it.each([
    ['YWJj', 'abc', 'abc'],
    ['YWI=', 'ab', 'ab'],
    ['YQ==', 'a', 'a'],
    ['YWI', 'padding', 'ab (repaired)'],
    ['YQ', 'padding', 'a (repaired)'],
    ['YWJj=', 'padding', 'abc (repaired)'],
    ['YWI===', 'padding', 'ab (repaired)'],
    ['YWJjZ', 'padding', 'abc (repaired)'],
    ['', 'empty', 'empty'],
    ['==', 'empty', 'empty'],
    ['YW=Jj', 'alphabet', 'alphabet'],
    ['YW Jj', 'alphabet', 'alphabet'],
    ['YWJj\n', 'alphabet', 'alphabet'],
    ['YW-_', 'alphabet', 'alphabet'],
    ['YW\\X0D\\Jj', 'alphabet', 'alphabet'],
  ])('%j: %s when strict, %s when its padding may be wrong', (text, strict, tolerant) => {
    expect(outcome(text, false)).toBe(strict);
    expect(outcome(text, true)).toBe(tolerant);
  });
});
