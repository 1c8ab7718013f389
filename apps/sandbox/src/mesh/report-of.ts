import { randomUUID } from 'node:crypto';
import type { Flag, Intent, MessageKind, Triple } from '../ris/message/report-message.js';
import { reportCda } from '../ris/cda/report-cda.js';
import { reportedStudy, type ReportOptions } from '../ris/cda/report-options.js';
import { reportMessage } from '../ris/message/report-message.js';
import type { Signatory } from '../ris/actors.js';
import { TEST_RADIOLOGIST } from '../ris/actors.js';
import type { SandboxSite } from '../stack/sites.js';
import { documentId } from '../studies/numbering.js';
import type { Study } from '../studies/generate-study.js';

/** The fictive radiologist of a site, in the name of its structure. */
export const signatoryOf = (site: SandboxSite): Signatory => ({
  person: TEST_RADIOLOGIST.person,
  structure: { id: site.structure.id, name: site.structure.name, idType: 'IDNST' },
});

export interface ReportOf {
  /** Numbers the CDA id. */
  readonly document: number;
  readonly kind?: MessageKind;
  readonly intent?: Intent;
  /** PRT `SB`; the site's radiologist unless said. */
  readonly sender?: Signatory;
  readonly flags?: Partial<Record<Flag, boolean>>;
  readonly cda?: Partial<ReportOptions>;
  readonly controlId?: string;
  readonly bytes?: number;
  /** Makes the places that say the operation disagree. */
  readonly triple?: Partial<Triple>;
}

/** The message by which a site's RIS sends a report about studies of one patient. */
export function reportOf(site: SandboxSite, studies: readonly Study[], options: ReportOf): Buffer {
  const signatory = signatoryOf(site);
  const [first] = studies;
  const cda = reportCda({
    id: documentId(options.document),
    studies: studies.map(reportedStudy),
    ...(first && { patientId: first.patientId, patient: first.patient }),
    author: signatory,
    ...options.cda,
  });
  return reportMessage({
    kind: options.kind ?? 'ORU',
    intent: options.intent ?? 'new',
    cda,
    ...(options.flags && { flags: options.flags }),
    sender: options.sender ?? signatory,
    application: site.ris.application,
    facility: site.ris.facility,
    controlId: options.controlId ?? randomUUID().slice(0, 20),
    ...(options.bytes !== undefined && { bytes: options.bytes }),
    ...(options.triple && { triple: options.triple }),
  });
}
