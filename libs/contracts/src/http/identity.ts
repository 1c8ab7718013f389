import { z } from 'zod';
import { Oid, Uid } from '../primitives.js';

const Words = z.string().max(400);

/** A series as the pointer names it. */
export const FactSeries = z.strictObject({
  uid: Uid,
  number: z.int().optional(),
  modality: z.string().max(16),
  description: Words,
  instances: z.array(
    z.strictObject({
      uid: Uid,
      sopClass: Uid,
      number: z.int().optional(),
      /** SOP Instance UIDs of the Key Objects that flag it. */
      keyObjects: z.array(Uid),
    }),
  ),
});
export type FactSeries = z.infer<typeof FactSeries>;

/**
 * `GET /exams/:examId/identity` of kos-publisher: whose exam it is and by which facts a link in a report names it, for the
 * door of the viewer. Traits are those of the archived KOS (DB.VI-SO.152); 404 when no pointer is in force. Never on the bus.
 */
export const ExamIdentity = z.strictObject({
  examId: z.uuid(),
  kos: Uid,
  patient: z.strictObject({
    matricule: z.string().regex(/^[0-9AB]{13,15}$/),
    oid: Oid,
    birthName: Words,
    /** All birth given names, separated by blanks. */
    birthGivens: Words,
    firstBirthGiven: Words,
    usedName: Words.optional(),
    usedGiven: Words.optional(),
    /** YYYYMMDD; empty when the KOS has none. */
    birthDate: z.string().max(8),
    sex: z.enum(['M', 'F', 'U']),
    /** INSEE code of the birth place. */
    birthPlace: z.string().max(10).optional(),
  }),
  /** Of the orders of the live reports and of the KOS. */
  accessions: z.array(z.string().max(200)),
  /** CDA ids, `root` or `root^extension`, of the live reports: the version that speaks now, and those before it. */
  documents: z.strictObject({ current: z.array(z.string().max(400)), former: z.array(z.string().max(400)) }),
  description: Words,
  /** YYYYMMDD */
  date: z.string().max(8).optional(),
  place: Words.optional(),
  series: z.array(FactSeries).min(1),
});
export type ExamIdentity = z.infer<typeof ExamIdentity>;
