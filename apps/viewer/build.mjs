/** Builds the static bundle into dist/site, unless nothing it is made of has changed since (`--force` builds anyway). */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const stamp = join(here, 'dist/site.stamp');

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : filesOf(path);
    return entry.name.includes('spec.ts') ? [] : [path];
  });
}

const digest = createHash('sha256');
const files = [
  'index.html',
  'vite.config.mjs',
  'bundled-notices.mjs',
  'library-corrections.mjs',
  'early-script.mjs',
  'leaner-library.mjs',
  'no-files.mjs',
  'build.mjs',
  'package.json',
  '../../package-lock.json',
];
for (const file of [...files.map((name) => join(here, name)), ...filesOf(join(here, 'src')).toSorted()]) {
  digest.update(file).update(readFileSync(file));
}
const wanted = digest.digest('hex');
const have = existsSync(stamp) && existsSync(join(here, 'dist/site/index.html')) ? readFileSync(stamp, 'utf8') : '';

if (have !== wanted || process.argv.includes('--force')) {
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root: here, configFile: join(here, 'vite.config.mjs'), logLevel: 'error' });
  writeFileSync(stamp, wanted);
}
