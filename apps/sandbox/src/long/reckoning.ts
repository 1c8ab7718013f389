import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mesh } from '../mesh/mesh.js';
import { type ClientLedger, type ClientRecord, messageKey } from './client-ledger.js';

/** Where an acknowledged message is in the end. */
export interface Fate {
  readonly record: ClientRecord;
  readonly place: 'published' | 'waiting' | 'dead-letter' | 'lost';
  readonly cause: string;
}

/** Every acknowledged message: published, waiting with its cause, or dead-lettered with its cause (promise P1); else lost. */
export async function fatesOf(mesh: Mesh, ledger: ClientLedger): Promise<Fate[]> {
  const exams = new Map((await mesh.exams()).map((exam) => [exam.study, exam]));
  const letters = await mesh.sql(
    'kos-publisher',
    `select convert_from(body, 'UTF8')::jsonb->'studies'->>0, code || ' ' || reason from dead_letter where replayed_at is null`,
  );
  const buried = new Map(letters.map((line) => line.split('|') as [string, string]));
  return ledger.acknowledged.map((record) => {
    const exam = exams.get(record.study);
    if (exam?.state === 'published') return { record, place: 'published', cause: '' };
    if (exam?.cause) return { record, place: 'waiting', cause: `${exam.state} ${exam.cause.code}` };
    const cause = buried.get(record.study);
    if (cause) return { record, place: 'dead-letter', cause };
    return { record, place: 'lost', cause: exam?.state ?? 'no exam' };
  });
}

/** Repeats the reckoning until everything is published, or the time is over: then as it stands. */
export async function settledFates(mesh: Mesh, ledger: ClientLedger, seconds: number): Promise<Fate[]> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const fates = await fatesOf(mesh, ledger);
    if (fates.every(({ place }) => place === 'published') || Date.now() > until) return fates;
    await sleep(500);
  }
}

/** Keys of the messages that the journal holds as accepted, one for each line. */
export async function acceptedKeys(mesh: Mesh): Promise<string[]> {
  const lines = await mesh.sql(
    'hl7-ingest',
    `select application, facility, control_id, encode(digest, 'hex') from reception where verdict = 'AA' and outcome = 'accepted'`,
  );
  return lines.map((line) => messageKey(...line.split('|')));
}

/** Every uniqueId that the DMP ever registered, from its journal on disk, repeats included. */
export async function registeredIds(mesh: Mesh): Promise<string[]> {
  const text = await readFile(join(mesh.stack.dir, 'dmp.jsonl'), 'utf8');
  return [...text.matchAll(/"uniqueId":"([^"]+)"/g)].map((match) => match[1] ?? '');
}

/** Approved pointers of the DMP by study. */
export async function pointersByStudy(mesh: Mesh): Promise<Map<string, string[]>> {
  const pointers = new Map<string, string[]>();
  for (const { typeCode, status, uniqueId, referenceIds } of await mesh.dmp.entries()) {
    if (typeCode !== 'IMG-KOS' || !status.endsWith('Approved')) continue;
    // urn:ihe:iti:xds:2016:studyInstanceUID, CXi: the study is the first component.
    const study = referenceIds.find((id) => id.includes('studyInstanceUID'))?.split('^')[0] ?? 'none';
    pointers.set(study, [...(pointers.get(study) ?? []), uniqueId]);
  }
  return pointers;
}

export function repeated(items: readonly string[]): string[] {
  const seen = new Set<string>();
  return items.filter((item) => seen.size === seen.add(item).size);
}
