import { type Instance, instancesOf, type Study } from '../studies/generate-study.js';

/** The REST side of an Orthanc (libs/supervisor, `startOrthanc`). */
export interface Orthanc {
  readonly restUrl: string;
}

/** Orthanc stores about as fast with four senders as with more. */
const SENDERS = 4;
const REQUEST_TIMEOUT_MS = 60_000;

/** Puts every object of a study on the PACS, again if it is there already; memory holds four objects at a time. */
export async function loadStudy(orthanc: Orthanc, study: Study): Promise<void> {
  await loadInstances(orthanc, instancesOf(study));
}

/** Puts some objects on the PACS: a study that arrives in parts. */
export async function loadInstances(orthanc: Orthanc, instances: readonly Instance[]): Promise<void> {
  const waiting = [...instances];
  const sender = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await ask(orthanc, 'POST', '/instances', new Uint8Array(next.file()));
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/** Deletes a study by its Study Instance UID; false when the PACS does not have it. */
export async function deleteStudy(orthanc: Orthanc, studyUid: string): Promise<boolean> {
  return deleteFound(orthanc, 'Study', studyUid);
}

/** Deletes one object by its SOP Instance UID; false when the PACS does not have it. */
export async function deleteInstance(orthanc: Orthanc, sopInstanceUid: string): Promise<boolean> {
  return deleteFound(orthanc, 'Instance', sopInstanceUid);
}

/** Empties the PACS. */
export async function clear(orthanc: Orthanc): Promise<void> {
  for (const id of ids(await ask(orthanc, 'GET', '/studies'))) await ask(orthanc, 'DELETE', `/studies/${id}`);
}

/** Number of objects the PACS has of a study. */
export async function countInstances(orthanc: Orthanc, studyUid: string): Promise<number> {
  const query = { Level: 'Instance', Query: { StudyInstanceUID: studyUid } };
  return ids(await ask(orthanc, 'POST', '/tools/find', JSON.stringify(query))).length;
}

const KEY = { Study: ['StudyInstanceUID', 'studies'], Instance: ['SOPInstanceUID', 'instances'] } as const;

async function deleteFound(orthanc: Orthanc, level: keyof typeof KEY, uid: string): Promise<boolean> {
  const [key, folder] = KEY[level];
  const found = ids(await ask(orthanc, 'POST', '/tools/find', JSON.stringify({ Level: level, Query: { [key]: uid } })));
  for (const id of found) await ask(orthanc, 'DELETE', `/${folder}/${id}`);
  return found.length > 0;
}

async function ask(
  orthanc: Orthanc,
  method: string,
  path: string,
  body?: Uint8Array<ArrayBuffer> | string,
): Promise<unknown> {
  const response = await fetch(`${orthanc.restUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`Orthanc: ${method} ${path} answered HTTP ${response.status}`);
  return JSON.parse(answer === '' ? 'null' : answer);
}

function ids(answer: unknown): string[] {
  if (!Array.isArray(answer)) throw new Error('Orthanc: a list of ids was expected');
  return answer.filter((id): id is string => typeof id === 'string');
}
