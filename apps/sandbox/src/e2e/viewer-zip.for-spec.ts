import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { dataSetOf, digestOf } from '../images/data-set-of.js';
import type { Orthanc } from '../pacs/pacs-loader.js';

const run = promisify(execFile);

/** Every file below a folder, by its path in it. */
export async function filesOf(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map((one) => relative(folder, join(one.parentPath, one.name)));
}

/** Digests of the data sets of every object that a PACS holds of a study. */
export async function digestsOfPacs({ restUrl }: Orthanc, study: string): Promise<string[]> {
  const query = JSON.stringify({ Level: 'Instance', Query: { StudyInstanceUID: study } });
  const found = (await (await fetch(`${restUrl}/tools/find`, { method: 'POST', body: query })).json()) as string[];
  const digests: string[] = [];
  for (const id of found) {
    const file = await (await fetch(`${restUrl}/instances/${id}/file`)).arrayBuffer();
    digests.push(digestOf(dataSetOf(Buffer.from(file))));
  }
  return digests;
}

/** Digests of the data sets that the DICOMDIR of an archive names, as unzip and dcmtk read them. */
export async function digestsOfZip(file: string, into: string): Promise<string[]> {
  await run('unzip', ['-q', file, '-d', into]);
  const { stdout } = await run('dcmdump', ['-q', '+P', 'ReferencedFileID', join(into, 'DICOMDIR')]);
  const named = [...stdout.matchAll(/\[(DICOM[^\]]+)\]/g)].map(([, path = '']) => path.replaceAll('\\', '/'));
  return Promise.all(named.map(async (name) => digestOf(dataSetOf(await readFile(join(into, name))))));
}
