import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventName, ServiceName } from '@drimbox/contracts';
import type { Mesh } from '../mesh/mesh.js';
import type { TestPatient } from '../studies/test-patient.js';

const COUNTED: Partial<Record<EventName, ServiceName>> = {
  'reception.counted': 'hl7-ingest',
  'pacs.queried': 'pacs-bridge',
  'kos.published': 'kos-publisher',
  'kos.replaced': 'kos-publisher',
  'kos.withdrawn': 'kos-publisher',
  'kos.failed': 'kos-publisher',
};

/** Versions that the DMP took, whatever became of them. */
const ACCEPTED = `status in ('approved', 'replaced', 'deleted')`;

async function count(mesh: Mesh, service: ServiceName, statement: string): Promise<number> {
  return Number((await mesh.sql(service, `select count(*) from ${statement}`))[0]);
}

/** Rows of a table that have not exactly one audit record (or as many as `expected` says) naming them as that object. */
function unaudited(mesh: Mesh, service: ServiceName, table: string, object: string, expected = '1'): Promise<number> {
  const records = `select count(*) from audit_outbox where record->'objects' @> jsonb_build_array(jsonb_build_object(${object}))`;
  return count(mesh, service, `${table} where ${expected} <> (${records})`);
}

/** What was received and published, how much of it has not exactly one audit record and one counted event. */
export async function accounts(mesh: Mesh): Promise<Record<string, number>> {
  const receptions = await count(mesh, 'hl7-ingest', 'reception');
  const withdrawals = await count(mesh, 'kos-publisher', `kos_version where status = 'deleted'`);
  const publications = await count(mesh, 'kos-publisher', `kos_version where ${ACCEPTED}`);
  const events = Object.entries(COUNTED) as [EventName, ServiceName][];
  const sent = events.map(([event, service]) =>
    count(mesh, service, `outbox where event = '${event}' and sent_at is not null`),
  );
  return {
    receptions,
    publications,
    withdrawals,
    unauditedReceptions: await unaudited(mesh, 'hl7-ingest', 'reception', `'kind', 'message', 'id', reception.id`),
    unauditedPublications: await unaudited(
      mesh,
      'kos-publisher',
      'kos_version',
      `'kind', 'document', 'uniqueId', kos_version.kos_uid`,
      // A withdrawal is an act of its own.
      `case status when 'deleted' then 2 else 1 end`,
    ),
    countedReceptions: await count(mesh, 'hl7-ingest', `outbox where event = 'reception.counted'`),
    countedPublications: await count(mesh, 'kos-publisher', `outbox where event in ('kos.published', 'kos.replaced')`),
    countedWithdrawals: await count(mesh, 'kos-publisher', `outbox where event = 'kos.withdrawn'`),
    countedAndSent: (await Promise.all(sent)).reduce((sum, one) => sum + one, 0),
  };
}

/** Start of any XML document in base64. */
const DOCUMENT = Buffer.from('<?xml').toString('base64').slice(0, 6);

/** Logs of the run, by name, and the patient traits or documents that stand in one of them. */
export async function indiscretions(
  mesh: Mesh,
  patients: readonly TestPatient[],
): Promise<{ logs: string[]; found: string[] }> {
  const { dir } = mesh.stack;
  const logs = (await readdir(dir)).filter((name) => name.endsWith('.log'));
  const text = (await Promise.all(logs.map((name) => readFile(join(dir, name), 'utf8')))).join('\n');
  const secrets = patients.flatMap(({ ins, birthFamily, birthGivens, birthDate }) => [
    ins.slice(0, 13),
    birthFamily,
    birthDate,
    ...birthGivens.split(' '),
  ]);
  return { logs, found: [DOCUMENT, ...secrets].filter((secret) => text.includes(secret)) };
}
