import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ACCEPTED = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BSL-1.0', 'Zlib']);

/** `MIT`, `(MIT AND Zlib)`, `(WTFPL OR MIT)`: one accepted licence is enough where there is a choice. */
function accepted(license) {
  const names = license.replace(/[()]/g, '');
  if (names.includes(' OR ')) return names.split(' OR ').some((name) => ACCEPTED.has(name));
  return names.split(' AND ').every((name) => ACCEPTED.has(name));
}

const seen = new Map();

/** The package a module belongs to: folder, name, version, licence. */
function packageOf(file) {
  for (let folder = dirname(file); folder.includes('node_modules'); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (name && version) return { folder, name, version, license: typeof license === 'string' ? license : 'unknown' };
  }
  return undefined;
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file
    ? readFileSync(join(folder, file), 'utf8').trim()
    : 'No licence file in the package; see its licence name.';
}

/** Lists every third-party package that is really in the bundle, with its licence, in third-party.txt; refuses an unknown licence. */
export function bundledNotices() {
  return {
    name: 'bundled-notices',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.type === 'chunk' ? chunk.moduleIds : (chunk.originalFileNames ?? [])) {
          const file = id.split('?')[0];
          if (!file.includes('node_modules')) continue;
          const found = packageOf(file.startsWith('/') ? file : join(process.cwd(), file));
          if (found) seen.set(found.name, found);
        }
      }
      for (const { name, license } of seen.values()) {
        if (!accepted(license)) this.error(`${name} has the licence ${license}`);
      }
      const notices = [...seen.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
      this.emitFile({
        type: 'asset',
        fileName: 'third-party.txt',
        source: notices
          .map(({ folder, name, version, license }) => `${name} ${version} (${license})\n\n${licenceText(folder)}\n`)
          .join(`\n${'-'.repeat(80)}\n\n`),
      });
    },
  };
}
