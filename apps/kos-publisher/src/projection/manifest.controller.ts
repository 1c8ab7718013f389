import { DrimError, type ExamManifest } from '@drimbox/contracts';
import { readKos } from '@drimbox/dicom';
import { Database } from '@drimbox/persistence';
import { CalledBy, valid } from '@drimbox/service';
import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';
import type { FrozenSubmission } from '../archive/frozen-submission.js';

interface Row {
  kos_uid: string;
  kos: Buffer;
  submission: FrozenSubmission;
}

/** What the pointer in force names, for the door that gives its images: the only way by which an INS reaches it. */
@Controller('exams')
export class ManifestController {
  constructor(private readonly database: Database) {}

  @Get(':examId/manifest')
  @CalledBy('wado-gateway')
  async manifest(@Param('examId', valid(z.uuid())) examId: string): Promise<ExamManifest> {
    const [version] = await this.database.query<Row>(
      `select kos_uid, kos, submission from kos_version
        where exam_id = $1 and status = 'approved' order by number desc limit 1`,
      [examId],
    );
    if (!version) throw new DrimError('DRIM-103');
    const read = readKos(version.kos);
    // The archive holds what we built ourselves: one that cannot be read is our own fault.
    if (!read.ok) throw new DrimError('DRIM-100', `archived KOS: ${read.reason}`);
    const { ins, oid } = version.submission.patient;
    return {
      examId,
      kos: version.kos_uid,
      patient: { matricule: ins, oid },
      series: read.value.series.map(({ uid, instances }) => ({
        uid,
        instances: instances.map(({ sopInstance }) => sopInstance),
      })),
    };
  }
}
