import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (name: string): string => readFileSync(fileURLToPath(new URL(name, import.meta.url)), 'utf8');

it('API.md names every public export', () => {
  const exports = [...read('index.ts').matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.replace('type ', '').trim())
    .filter((name) => name !== '');
  expect(exports.length).toBeGreaterThan(60);
  const page = read('../API.md');
  expect(exports.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});
