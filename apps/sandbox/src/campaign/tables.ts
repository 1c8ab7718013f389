import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageKey } from '../long/client-ledger.js';
import type { Mesh } from '../mesh/mesh.js';
import { studyOfPointer } from './dmp-history.js';
import type { ProductTables, ShownPointer } from './fates.js';

const POLL_MS = 500;

/** Waits until nothing is on its way and no exam has anything left to do; false when the time is over before. */
export async function atRest(mesh: Mesh, until: number): Promise<boolean> {
  for (; Date.now() < until; await sleep(POLL_MS)) {
    try {
      await mesh.settled(Math.max(1, (until - Date.now()) / 1000));
    } catch {
      return false;
    }
    const [open] = await mesh.sql('kos-publisher', 'select count(*) from exam where next_attempt_at is not null');
    if (open === '0') return true;
  }
  return false;
}

export async function productTables(mesh: Mesh): Promise<ProductTables> {
  const kept = await mesh.sql(
    'hl7-ingest',
    `select application, facility, control_id, encode(digest, 'hex'), outcome, report.id, outbox.id
       from reception left join report on reception_id = reception.id left join outbox on outbox.body->>'reportId' = report.id::text
      where verdict = 'AA'`,
  );
  const handled = await mesh.sql('kos-publisher', 'select event_id from inbox');
  const buried = await mesh.sql(
    'kos-publisher',
    `select event_id, code || ' after ' || attempts from dead_letter where replayed_at is null`,
  );
  const exams = await mesh.sql('kos-publisher', `select study, state, coalesce(cause_code, '') from exam`);
  return {
    kept: new Map(
      kept.map((line) => {
        const [application, facility, control, digest, outcome = '', report = '', event = ''] = line.split('|');
        return [messageKey(application, facility, control, digest), { outcome, report, event }];
      }),
    ),
    handled: new Set(handled),
    buried: new Map(buried.map((line) => line.split('|') as [string, string])),
    exams: new Map(
      exams.map((line) => {
        const [study = '', state = '', cause = ''] = line.split('|');
        return [study, { state, cause }];
      }),
    ),
  };
}

/** Approved pointers of the DMP by study. */
export async function shownPointers(mesh: Mesh): Promise<Map<string, ShownPointer[]>> {
  const pointers = new Map<string, ShownPointer[]>();
  for (const { typeCode, status, uniqueId, referenceIds, confidentialityCodes } of await mesh.dmp.entries()) {
    if (typeCode !== 'IMG-KOS' || !status.endsWith(':Approved')) continue;
    const study = studyOfPointer(referenceIds);
    const hiding = confidentialityCodes.filter((code) => code !== 'N');
    pointers.set(study, [...(pointers.get(study) ?? []), { uniqueId, hiding }]);
  }
  return pointers;
}

/** uniqueIds that archive and DMP do not hold alike: Approved in one only, or with other bytes (promise P11). */
export async function archiveDifferences(mesh: Mesh): Promise<string[]> {
  const archived = await mesh.sql(
    'kos-publisher',
    `select kos_uid, encode(kos, 'hex') from kos_version where status = 'approved'`,
  );
  const sha1 = new Map(
    archived.map((line): [string, string] => {
      const [uid = '', hex = ''] = line.split('|');
      return [uid, createHash('sha1').update(Buffer.from(hex, 'hex')).digest('hex')];
    }),
  );
  const approved = (await mesh.dmp.entries()).filter(
    ({ typeCode, status }) => typeCode === 'IMG-KOS' && status.endsWith(':Approved'),
  );
  const known = new Set(approved.map(({ uniqueId }) => uniqueId));
  return [
    ...approved.filter(({ uniqueId, hash }) => sha1.get(uniqueId) !== hash).map(({ uniqueId }) => uniqueId),
    ...[...sha1.keys()].filter((uid) => !known.has(uid)),
  ];
}
