import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dataSetOf, digestOf } from '../../images/data-set-of.js';
import { generateStudy, type Instance, type Study } from '../../studies/generate-study.js';

export const CASES = ['ct', 'jpegls', 'mg', 'small'] as const;
export type CaseName = (typeof CASES)[number];

/** One series to move, as files; each file is made when asked for. */
export interface DataSet {
  readonly name: CaseName;
  readonly what: string;
  /** What a report about it says: patient, accession and identifiers. */
  readonly reported: Study;
  readonly study: string;
  readonly series: string;
  readonly objects: readonly Pick<Instance, 'file'>[];
}

const CACHE = fileURLToPath(new URL('../../../../../.drimbox/bench/jpegls', import.meta.url));
const JPEGLS_OBJECTS = 1330;
/** Slices that are really compressed; the others have the same pixels under a UID of their own. */
const JPEGLS_TEMPLATES = 95;
const JPEGLS_STUDY = 20_002;
/** Instance numbers of four digits: every UID of the series has the same length. */
const JPEGLS_FIRST = 1000;

/** The four series of docs/benches.md. */
export async function dataSet(name: CaseName): Promise<DataSet> {
  switch (name) {
    case 'ct':
      return plain(name, '300 CT slices 512 × 512, Explicit LE', 20_001, {
        modality: 'CT',
        instances: 300,
        size: 'real',
      });
    case 'mg':
      return plain(name, '2 MG of 51 MB, Explicit LE', 20_003, { modality: 'MG', instances: 2, size: 'real' });
    case 'small':
      return plain(name, '1,000 CT objects of 10 kB, Explicit LE', 20_004, { modality: 'CT', instances: 1000 });
    case 'jpegls':
      return { name, ...(await compressed()) };
  }
}

type Wanted = Parameters<typeof generateStudy>[0]['series'][number];

function plain(name: CaseName, what: string, number: number, wanted: Wanted): DataSet {
  const study = generateStudy({ number, series: [wanted] });
  const [series] = study.series;
  if (!series) throw new Error('a study without series');
  return { name, what, reported: study, study: study.uid, series: series.uid, objects: series.instances };
}

/**
 * CT slices in JPEG-LS lossless, each with a place of its own 1 mm from the next. Compressed by dcmcjpls once on this machine: the
 * files are kept below `.drimbox`.
 */
export async function compressed(
  count: number = JPEGLS_OBJECTS,
  number: number = JPEGLS_STUDY,
): Promise<Omit<DataSet, 'name'>> {
  const instances = JPEGLS_FIRST + count;
  const study = generateStudy({ number, series: [{ modality: 'CT', instances, size: 'real' }] });
  const [series] = study.series;
  if (!series) throw new Error('a study without series');
  const wanted = series.instances.slice(JPEGLS_FIRST);
  const made = wanted.slice(0, JPEGLS_TEMPLATES);
  const templates = await templatesOf(made);
  const objects = wanted.map((instance, index) => ({
    file: () => {
      const at = index % JPEGLS_TEMPLATES;
      return asSlice(templates[at]!, made[at]!, instance);
    },
  }));
  const what = `${count.toLocaleString('en')} CT slices 512 × 512, JPEG-LS lossless`;
  return { what, reported: study, study: study.uid, series: series.uid, objects };
}

async function templatesOf(instances: readonly Instance[]): Promise<Buffer[]> {
  await mkdir(CACHE, { recursive: true });
  const templates: Buffer[] = [];
  for (const instance of instances) {
    const file = join(CACHE, `${instance.sopInstanceUid}.dcm`);
    templates.push(await readFile(file).catch(() => compress(instance, file)));
  }
  return templates;
}

async function compress(instance: Instance, file: string): Promise<Buffer> {
  await writeFile(`${file}.plain`, instance.file());
  await promisify(execFile)('dcmcjpls', [`${file}.plain`, `${file}.part`]);
  await rename(`${file}.part`, file);
  return readFile(file);
}

/** The same pixels as another slice of the series, 1 mm thick; every text has the same length in both. */
function asSlice(file: Buffer, from: Instance, to: Instance): Buffer {
  const copy = Buffer.from(file);
  const [was, is] = [from.sopInstanceUid, to.sopInstanceUid];
  if (was.length !== is.length) throw new Error('UIDs of different lengths');
  for (let at = copy.indexOf(was); at >= 0; at = copy.indexOf(was, at + was.length)) copy.write(is, at, 'latin1');
  replaceText(copy, 0x0018_0050, '3', '1');
  replaceText(copy, 0x0020_0013, `${from.number}`, `${to.number}`);
  // The generator puts slices 3 mm apart.
  replaceText(copy, 0x0020_0032, `-180\\-180\\${from.number * 3}`, `-180\\-180\\${to.number}`);
  replaceText(copy, 0x0020_1041, `${from.number * 3}`, `${to.number}`);
  return copy;
}

/** In place. Value after tag, VR and a length of 16 bits (PS3.5 §7.1.2). */
function replaceText(file: Buffer, tag: number, was: string, is: string): void {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  const at = file.indexOf(head) + 8;
  if (was.length !== is.length || file.toString('latin1', at, at + was.length) !== was)
    throw new Error(`the slice does not say ${was}`);
  file.write(is, at, 'latin1');
}

/** What every receiver must have: the digests of the data sets, sorted; and their bytes. */
export interface Expected {
  readonly digests: readonly string[];
  readonly bytes: number;
}

/** Loads the series and says what it holds. */
export async function loadDataSet(
  restUrl: string,
  { objects }: Pick<DataSet, 'objects'>,
  digest: (dataset: Buffer) => string = digestOf,
): Promise<Expected> {
  const digests: string[] = [];
  let bytes = 0;
  for (const { file } of objects) {
    const content = file();
    const answer = await fetch(`${restUrl}/instances`, { method: 'POST', body: new Uint8Array(content) });
    if (!answer.ok) throw new Error(`Orthanc refused an object: HTTP ${answer.status}`);
    await answer.arrayBuffer();
    const data = dataSetOf(content);
    digests.push(digest(data));
    bytes += data.length;
  }
  return { digests: digests.toSorted(), bytes };
}
