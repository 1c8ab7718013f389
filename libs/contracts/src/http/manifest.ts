import { z } from 'zod';
import { Oid, Uid } from '../primitives.js';

/**
 * `GET /exams/:examId/manifest` of kos-publisher: what the pointer in force names, for the door that gives its images.
 * The patient's identity travels here and nowhere else; 404 when no pointer is in force.
 */
export const ExamManifest = z.strictObject({
  examId: z.uuid(),
  kos: Uid,
  /** INS as it was published: matricule of 15 characters and the OID that issued it. */
  patient: z.strictObject({ matricule: z.string().regex(/^[0-9AB]{13,15}$/), oid: Oid }),
  series: z.array(z.strictObject({ uid: Uid, instances: z.array(Uid).min(1) })).min(1),
});
export type ExamManifest = z.infer<typeof ExamManifest>;
