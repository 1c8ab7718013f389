import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PROFESSIONS } from './professions.js';
import { readProfessions } from './read-professions.js';

const dir = mkdtempSync(join(tmpdir(), 'professions-'));
afterAll(() => rmSync(dir, { recursive: true }));

const fileOf = (text: string): string => {
  const file = join(dir, 'professions.json');
  writeFileSync(file, text);
  return file;
};
const ROW = { code: '10', system: '1.2.250.1.213.1.1.5.5', label: 'Médecin' };

it('takes the table of the site, and the built-in one without a file', () => {
  expect(readProfessions(undefined)).toBe(DEFAULT_PROFESSIONS);
  expect(readProfessions(fileOf(JSON.stringify({ allowed: [ROW] })))).toEqual({
    allowed: [ROW],
    excludedCategories: ['E'],
  });
  expect(readProfessions(fileOf(JSON.stringify({ allowed: [ROW], excludedCategories: [] })))).toMatchObject({
    excludedCategories: [],
  });
});

it.each<[string, unknown]>([
  ['no JSON', undefined],
  ['no table', []],
  ['nobody', { allowed: [] }],
  ['a misspelt key', { allowed: [ROW], excludedCategorys: [] }],
  ['a system that is no OID', { allowed: [{ ...ROW, system: 'TRE_G15' }] }],
  ['no code', { allowed: [{ ...ROW, code: '' }] }],
  ['a code that is a number', { allowed: [{ ...ROW, code: 10 }] }],
  ['more in a row', { allowed: [{ ...ROW, more: 1 }] }],
  ['categories that are no texts', { allowed: [ROW], excludedCategories: [1] }],
])('refuses %s', (_, table) => {
  const text = table === undefined ? '{' : JSON.stringify(table);
  expect(() => readProfessions(fileOf(text))).toThrow(/professions file/);
});

it('refuses a file that is not there', () => expect(() => readProfessions(join(dir, 'none'))).toThrow(/JSON/));
