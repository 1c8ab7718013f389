import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Readers of DICOM files and of meshes, for viewers that read files. Ours never does: heads come as DICOM JSON. */
const READERS = new Set(['dcmjs', 'xmlbuilder2']);
const NO_FILES = fileURLToPath(new URL('no-files.mjs', import.meta.url));

/**
 * Of these only what is used is needed, which their packages do not say: loaders of whole files, writers of files, and drawing by WebGPU,
 * which registers itself beside WebGL.
 */
const WITHOUT_SIDE_EFFECTS = new RegExp(
  [
    '/dicom-image-loader/dist/esm/(?!decodeImageFrameWorker)',
    '/@kitware/vtk.js/(?:IO|Rendering/WebGPU)/',
    '/(?:dicom-parser|pako|uuid|qs)/',
  ].join('|'),
);

const NAMES = 'dicom-names';

/** Of the dictionary, the attributes that the image library names anywhere; whole, it is as large as a quarter of the library. */
function dicomNames() {
  const entry = fileURLToPath(import.meta.resolve('@cornerstonejs/metadata'));
  const { dictionary, nameMap } = createRequire(entry)('dcmjs').data.DicomMetaDictionary;
  const library = dirname(entry);
  const files = readdirSync(library, { recursive: true }).filter((file) => file.endsWith('.js'));
  const words = new Set(files.flatMap((file) => readFileSync(join(library, file), 'utf8').match(/\b[A-Z]\w+/g) ?? []));
  const named = (entries, nameOf) =>
    Object.fromEntries(Object.entries(entries).filter((entry) => words.has(nameOf(entry))));
  const parts = {
    nameMap: named(nameMap, ([name]) => name),
    dictionary: named(dictionary, ([, { name }]) => name),
  };
  return Object.entries(parts)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join('\n');
}

/** Leaves out of the bundle the half of the image library that reads files: less to travel and to compile before the first image. */
export function leanerLibrary() {
  return {
    name: 'leaner-library',
    enforce: 'pre',
    resolveId(source) {
      if (source === NAMES) return `\0${NAMES}`;
      return READERS.has(source) ? NO_FILES : undefined;
    },
    load(id) {
      return id === `\0${NAMES}` ? dicomNames() : undefined;
    },
    transform(_code, id) {
      return WITHOUT_SIDE_EFFECTS.test(id.replaceAll('\\', '/')) ? { moduleSideEffects: false } : undefined;
    },
  };
}
