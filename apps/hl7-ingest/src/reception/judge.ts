import { type ErrorCode, failure, findSender, type RisSender, type Site } from '@drimbox/contracts';
import { type CdaFailure, INS_PATH, readReportCda, type ReportCda } from '@drimbox/cda';
import {
  classifyMessage,
  type ErrorLocation,
  type Message,
  parseMessage,
  readHeader,
  readOmi,
  readReportMessage,
  type ReportMessage,
  syntaxProblem,
} from '@drimbox/hl7';
import type { Settings } from '../config/settings.js';
import { identityRefusal } from './identity.js';
import { refusalOf, refuse, refuseForNow } from './problems.js';
import { reportOf } from './report.js';
import type { MessageKey, Note, Refusal, Verdict } from './verdict.js';

type Judging = Pick<
  Settings,
  | 'mode'
  | 'hl7StrictVersion'
  | 'hl7TolerateBase64Padding'
  | 'hl7MissingFlag'
  | 'hl7ImagingTypes'
  | 'hl7OtherReports'
  | 'hl7IdentityReliability'
  | 'hl7TestInsOnly'
>;

/**
 * What one received message is worth. Pure: the same bytes, site and settings give the same verdict.
 * The order of the checks is the order in which an integrator mends them: syntax, intent, sender, document, identity.
 */
export function judge(frame: Buffer, site: Site, settings: Judging): Verdict {
  const key = keyOf(frame);
  const parsed = parseMessage(frame);
  if (!parsed.ok) return { key, notes: [], outcome: 'refused', ...refusalOf(syntaxProblem(parsed.problem)) };
  const message = parsed.value;
  const kind = classifyMessage(message);
  switch (kind.kind) {
    case 'ack':
      return { key, notes: [], outcome: 'ignored', ack: 'none', code: 'DRIM-215' };
    case 'unsupported':
      return { key, notes: [], outcome: 'refused', ...refusalOf(kind.problem) };
    case 'omi':
      return judgeOmi(message, key, site);
    case 'report':
      return judgeReport(message, key, site, settings);
  }
}

const keyOf = (frame: Buffer): MessageKey => {
  const { field } = readHeader(frame);
  return { application: field(3), facility: field(4), controlId: field(10), messageType: field(9).slice(0, 20) };
};

function judgeOmi(message: Message, key: MessageKey, site: Site): Verdict {
  const read = readOmi(message);
  if (!read.ok) return { key, notes: [], outcome: 'refused', ...refusalOf(read.problem) };
  if (read.value.flow === 'teleradiology') return { key, notes: [], outcome: 'ignored', ack: 'AA', code: 'DRIM-223' };
  const sender = findSender(site, { application: key.application, facility: key.facility });
  // A PACS manager need not be a RIS: with a single PACS there is no doubt which one changed.
  const link = sender?.pacsLink ?? (site.pacsLinks.length === 1 ? site.pacsLinks[0]?.id : undefined);
  if (!link) return { key, notes: [], outcome: 'refused', ...unknownSender() };
  const studies = read.value.studies.map(({ uid }) => uid);
  return { key, notes: [], outcome: 'accepted', ack: 'AA', content: { kind: 'exam-changed', pacsLink: link, studies } };
}

function judgeReport(message: Message, key: MessageKey, site: Site, settings: Judging): Verdict {
  const read = readReportMessage(message, {
    strictVersion: settings.hl7StrictVersion === 'yes',
    tolerateBase64Padding: settings.hl7TolerateBase64Padding === 'yes',
    missingFlag: settings.hl7MissingFlag,
    imagingTypes: new Set(settings.hl7ImagingTypes),
  });
  if (!read.ok) return { key, notes: [], outcome: 'refused', ...refusalOf(read.problem) };
  const report = read.value;
  const notes = notesOf(report);
  if (!report.isImaging) return otherReport(key, notes, settings);

  const cda = readReportCda(report.document);
  if (!cda.ok) return { key, notes, outcome: 'refused', ...cdaRefusal(cda.failure, documentLocation(message)) };
  const refusal = contentRefusal(message, report, cda.value, settings);
  if (refusal) return { key, notes, outcome: 'refused', ...refusal };
  const sender = senderOf(site, key, cda.value);
  if (!sender) return { key, notes, outcome: 'refused', ...unknownSender() };
  return {
    key,
    notes,
    outcome: 'accepted',
    ack: 'AA',
    content: { kind: 'report', report: reportOf(report, cda.value, site.id, sender) },
  };
}

function contentRefusal(
  message: Message,
  report: ReportMessage,
  cda: ReportCda,
  settings: Judging,
): Refusal | undefined {
  if (cda.studies.length === 0)
    return refuse('DRIM-214', '101', documentLocation(message), 'documentationOf/serviceEvent/id');
  return identityRefusal(report.patient, cda, settings);
}

function cdaRefusal(fault: CdaFailure, at: ErrorLocation): Refusal {
  const path = 'path' in fault ? fault.path : undefined;
  if (path === INS_PATH) return refuse('DRIM-211', '101', at, path);
  return refuse('DRIM-208', path ? '101' : '102', at, path ? `${fault.kind}: ${path}` : fault.kind);
}

const senderOf = (site: Site, key: MessageKey, cda: ReportCda): RisSender | undefined =>
  findSender(site, { application: key.application, facility: key.facility, performer: cda.performer?.id });

/** AR: once the registry knows the sender, the same message is taken. */
const unknownSender = (): Refusal => refuseForNow('DRIM-212', { segment: 'MSH', field: 3 });

function otherReport(key: MessageKey, notes: readonly Note[], settings: Judging): Verdict {
  if (settings.hl7OtherReports === 'accept') return { key, notes, outcome: 'ignored', ack: 'AA', code: 'DRIM-213' };
  return { key, notes, outcome: 'refused', ...refuse('DRIM-213', '103', { segment: 'OBX', sequence: 1, field: 3 }) };
}

/** The document OBX: the one whose OBX-2 is ED and that is no metadata; the first one in every message seen. */
const documentLocation = (message: Message): ErrorLocation => ({
  segment: 'OBX',
  sequence: message.all('OBX').find((obx) => obx.text(2) === 'ED')?.sequence ?? 1,
  field: 5,
});

function notesOf(report: ReportMessage): Note[] {
  return report.warnings.map(({ kind, detail }) => failure(NOTE_CODES[kind] ?? 'DRIM-220', detail));
}

const NOTE_CODES: Partial<Record<ReportMessage['warnings'][number]['kind'], ErrorCode>> = {
  'padding-repaired': 'DRIM-216',
  'unexpected-version': 'DRIM-204',
  'missing-sender': 'DRIM-222',
  'missing-flag': 'DRIM-206',
  'missing-document-id': 'DRIM-206',
};
