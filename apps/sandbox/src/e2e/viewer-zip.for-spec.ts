import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dataSetOf, digestOf } from '../images/data-set-of.js';

const run = promisify(execFile);

/** Digests of the data sets that the DICOMDIR of an archive names, as unzip and dcmtk read them. */
export async function digestsOfZip(file: string, into: string): Promise<string[]> {
  await run('unzip', ['-q', file, '-d', into]);
  const { stdout } = await run('dcmdump', ['-q', '+P', 'ReferencedFileID', join(into, 'DICOMDIR')]);
  const named = [...stdout.matchAll(/\[(DICOM[^\]]+)\]/g)].map(([, path = '']) => path.replaceAll('\\', '/'));
  return Promise.all(named.map(async (name) => digestOf(dataSetOf(await readFile(join(into, name))))));
}
