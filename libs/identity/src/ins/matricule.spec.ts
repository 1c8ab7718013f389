import { checkMatricule } from './matricule.js';

describe('matricule INS', () => {
  it.each([
    ['2550699999999', '34'],
    ['1550899999999', undefined],
  ])('%s: the key is 97 − (n mod 97)', (matricule, key) => {
    const expected = String(97n - (BigInt(matricule) % 97n)).padStart(2, '0');
    expect(checkMatricule(`${matricule}${expected}`)).toEqual({ ok: true, key: expected });
    if (key) expect(checkMatricule(matricule)).toEqual({ ok: true, key: expected });
  });

  it.each([
    ['2A', '19'],
    ['2B', '18'],
  ])('Corsica: %s counts as %s', (department, digits) => {
    const key = String(97n - (BigInt(`15508${digits}004999`) % 97n)).padStart(2, '0');
    expect(checkMatricule(`15508${department}004999${key}`)).toEqual({ ok: true, key });
    const wrong = String((Number(key) % 97) + 1).padStart(2, '0');
    expect(checkMatricule(`15508${department}004999${wrong}`)).toEqual({ ok: false, problem: 'key' });
  });

  it('sees one digit altered anywhere', () => {
    const { key } = checkMatricule('1550899999999') as { key: string };
    const good = `1550899999999${key}`;
    for (let at = 1; at < 13; at += 1) {
      const altered = good.slice(0, at) + String((Number(good[at]) + 1) % 10) + good.slice(at + 1);
      expect(checkMatricule(altered)).toEqual({ ok: false, problem: 'key' });
    }
  });

  it.each([
    '',
    '1',
    '155089999999',
    '15508999999991',
    '9550899999999',
    '15508 2A04999',
    '155082C004999',
    '15508２A004999',
  ])('has no such shape: %j', (text) => {
    expect(checkMatricule(text)).toEqual({ ok: false, problem: 'shape' });
  });
});
